#include "base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace slipway::log {
namespace {

spdlog::logger& logger() {
  static auto instance = [] {
    auto made =
        std::make_shared<spdlog::logger>("slipway", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum translate(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// A value with blanks, quotes or control characters is quoted, so that a line stays one line.
void append_value(std::string& line, std::string_view value) {
  if (!value.empty() && value.find_first_of(" \"=\\") == value.npos &&
      std::ranges::all_of(value, [](char c) { return std::uint8_t(c) >= 0x20; })) {
    line += value;
    return;
  }
  line += '"';
  for (char c : value) {
    if (c == '"' || c == '\\') line += '\\';
    if (std::uint8_t(c) < 0x20)
      line += c == '\n' ? "\\n" : "?";
    else
      line += c;
  }
  line += '"';
}

}  // namespace

void set_level(Level level) {
  logger().set_level(translate(level));
}

void write(Level level, std::string_view message, std::initializer_list<Field> fields) {
  if (!logger().should_log(translate(level))) return;
  std::string line(message);
  for (const Field& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    append_value(line, field.value);
  }
  logger().log(translate(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace slipway::log
