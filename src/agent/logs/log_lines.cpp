#include "agent/logs/log_lines.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/encoding.hpp"
#include "base/limits.hpp"

namespace slipway::agent {

namespace {

constexpr std::uint64_t record_header_bytes = 16;
constexpr std::string_view replacement = "\xef\xbf\xbd";

std::size_t sequence_bytes(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

// The largest cut at or below `most` that is not inside a character.
std::size_t cut_before(std::string_view text, std::size_t most) {
  std::size_t at = most;
  while (at > 0 && most - at < 4 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
  return most - at < 4 && at > 0 ? at : most;
}

}  // namespace

std::string to_utf8(std::string_view bytes) {
  if (is_utf8(bytes)) return std::string(bytes);
  std::string out;
  while (!bytes.empty()) {
    std::size_t length = sequence_bytes(static_cast<unsigned char>(bytes[0]));
    if (length > 0 && length <= bytes.size() && is_utf8(bytes.substr(0, length))) {
      out += bytes.substr(0, length);
      bytes.remove_prefix(length);
    } else {
      out += replacement;
      bytes.remove_prefix(1);
    }
  }
  return out;
}

std::string LogPosition::text() const {
  std::string out;
  for (const StreamPosition& stream : streams)
    out += std::to_string(stream.record) + " " + std::to_string(stream.byte) + "\n";
  return out;
}

Result<LogPosition> LogPosition::parse(std::string_view text) {
  LogPosition position;
  unsigned long long numbers[4];
  if (std::sscanf(std::string(text).c_str(), "%llu %llu %llu %llu", &numbers[0], &numbers[1], &numbers[2],
                  &numbers[3]) != 4)
    return fail("InvalidState", "a log position is two lines of two numbers");
  position.streams[0] = {numbers[0], numbers[1]};
  position.streams[1] = {numbers[2], numbers[3]};
  return position;
}

LogLines::LogLines(LogPosition from, std::function<bool(std::string_view)> starts_event)
    : from_(from), starts_event_(std::move(starts_event)) {}

void LogLines::feed(const runtime::OutputRecord& record) {
  std::size_t which = record.stream == runtime::OutputRecord::Stream::err ? 1 : 0;
  std::uint64_t start = record.next_offset - record.data.size() - record_header_bytes;
  if (start < from_.streams[which].record) return;
  std::size_t at = start == from_.streams[which].record ? from_.streams[which].byte : 0;
  Stream& stream = streams_[which];
  Instant time{record.time_ns / 1'000'000};
  while (at < record.data.size()) {
    std::size_t feed = record.data.find('\n', at);
    std::size_t end = feed == record.data.npos ? record.data.size() : feed;
    if (stream.partial.empty()) stream.partial_time = time;
    std::size_t room =
        limits::shipped_event_bytes - std::min(limits::shipped_event_bytes, stream.partial.size());
    if (end - at > room) {
      // Cut the line here; what follows goes on as its own event.
      std::size_t take = cut_before(std::string_view(record.data).substr(at), room);
      stream.partial.append(record.data, at, take);
      at += take;
      end_line(which, {start, at});
      emit(which);
      stream.continues = true;
      continue;
    }
    stream.partial.append(record.data, at, end - at);
    at = end;
    if (feed == record.data.npos) break;
    ++at;
    end_line(which, {start, at});
  }
}

void LogLines::end_line(std::size_t which, StreamPosition end) {
  Stream& stream = streams_[which];
  bool begins = !starts_event_ || stream.continues || starts_event_(stream.partial);
  bool fits = stream.event.message.size() + stream.partial.size() < limits::shipped_event_bytes;
  if (stream.open && (begins || !fits)) emit(which);
  if (stream.open) {
    stream.event.message += '\n' + stream.partial;
  } else {
    stream.event = {stream.partial_time, stream.partial, which, end};
    stream.open = true;
  }
  stream.event.end = end;
  stream.partial.clear();
  stream.continues = false;
  if (!starts_event_) emit(which);
}

void LogLines::emit(std::size_t which) {
  Stream& stream = streams_[which];
  if (!stream.open) return;
  stream.open = false;
  if (stream.event.message.empty()) return;
  stream.event.message = to_utf8(stream.event.message);
  events_.push_back(std::exchange(stream.event, {}));
}

void LogLines::flush_lines() {
  emit(0);
  emit(1);
}

void LogLines::flush_all() {
  for (std::size_t which : {0, 1})
    if (!streams_[which].partial.empty()) {
      // Nothing follows: any place behind everything is its end.
      end_line(which, {~std::uint64_t{0}, 0});
    }
  flush_lines();
}

}  // namespace slipway::agent
