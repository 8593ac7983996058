#include "runtime/supervisor/protocol.hpp"

#include <charconv>

#include "base/limits.hpp"

namespace slipway::runtime {

std::string encode_message(const Message& message) {
  std::string bytes;
  for (const std::string& field : message) {
    for (unsigned shift = 0; shift < 32; shift += 8) bytes += char(field.size() >> shift & 0xff);
    bytes += field;
  }
  return bytes;
}

std::optional<Message> decode_message(std::string_view bytes) {
  Message message;
  while (!bytes.empty()) {
    if (bytes.size() < 4) return std::nullopt;
    std::size_t size = 0;
    for (unsigned at = 0; at < 4; ++at) size |= std::size_t(std::uint8_t(bytes[at])) << (8 * at);
    bytes.remove_prefix(4);
    if (size > bytes.size()) return std::nullopt;
    message.emplace_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return message;
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

void append_status(Message& message, const ContainerStatus& status) {
  const ExitInfo exit = status.exit.value_or(ExitInfo{});
  message.insert(message.end(), {
                                    status.id,
                                    status.task_id,
                                    status.exit ? "exited" : "running",
                                    std::to_string(status.pid),
                                    std::to_string(status.started_at.ms),
                                    std::to_string(exit.exit_code),
                                    exit.host_restarted ? "host restarted"
                                    : exit.code_known   ? "1"
                                                        : "0",
                                    exit.oom_killed ? "1" : "0",
                                    std::to_string(exit.finished_at.ms),
                                });
}

std::optional<ContainerStatus> status_from(const Message& message, std::size_t at) {
  if (message.size() < at + status_fields) return std::nullopt;
  auto pid = parse_number(message[at + 3]), started = parse_number(message[at + 4]),
       code = parse_number(message[at + 5]), finished = parse_number(message[at + 8]);
  if (!pid || !started || !code || !finished) return std::nullopt;
  ContainerStatus status{
      .id = message[at], .task_id = message[at + 1], .pid = *pid, .started_at = {*started}};
  if (message[at + 2] == "exited") {
    status.state = ContainerStatus::State::exited;
    status.exit = ExitInfo{int(*code),
                           message[at + 6] == "1",
                           message[at + 7] == "1",
                           {*finished},
                           message[at + 6] == "host restarted"};
  }
  return status;
}

}  // namespace slipway::runtime
