#include "store/log_keys.hpp"

#include "base/check.hpp"

namespace slipway::store::log_keys {
namespace {

constexpr std::uint64_t sign_bit = 1ull << 63;
constexpr std::size_t position_bytes = 16;

void put(std::string& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out += char(value >> shift);
}
void put(std::string& out, Instant time) {
  put(out, std::uint64_t(time.ms) ^ sign_bit);
}

std::uint64_t number(std::string_view bytes) {
  check(bytes.size() >= 8, "a row of the log store ends early");
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | std::uint8_t(bytes[std::size_t(i)]);
  return value;
}
Instant instant(std::string_view bytes) {
  return {std::int64_t(number(bytes) ^ sign_bit)};
}

std::string within(std::string_view group, std::string_view kind) {
  std::string key(group);
  return key.append(kind);
}

}  // namespace

Id split(std::string_view stream_id) {
  const auto slash = stream_id.find('/');
  check(slash != stream_id.npos, "a log stream's id without its group");
  return {stream_id.substr(0, slash), stream_id.substr(slash + 1)};
}

std::string join(std::string_view group, std::string_view stream) {
  return within(group, "/").append(stream);
}

std::string event(std::string_view stream_id, LogPosition at) {
  std::string key = events_begin(stream_id);
  put(key, at.timestamp);
  put(key, at.sequence);
  return key;
}

// '0' follows '/', so "<x>0" ends the range of everything that starts with "<x>/".
std::string events_begin(std::string_view stream_id) {
  const Id id = split(stream_id);
  return within(id.group, "/e/").append(id.stream).append("/");
}
std::string events_end(std::string_view stream_id) {
  const Id id = split(stream_id);
  return within(id.group, "/e/").append(id.stream).append("0");
}

std::string entry(std::string_view group_id, LogPosition at) {
  std::string key = within(group_id, "/t/");
  put(key, at.timestamp);
  put(key, at.sequence);
  return key;
}

std::string stream(std::string_view stream_id) {
  const Id id = split(stream_id);
  return within(id.group, "/s/").append(id.stream);
}
std::string mark(std::string_view stream_id) {
  const Id id = split(stream_id);
  return within(id.group, "/m/").append(id.stream);
}
std::string streams_begin(std::string_view group_id) {
  return within(group_id, "/s/");
}
std::string streams_end(std::string_view group_id) {
  return within(group_id, "/s0");
}

std::string group_begin(std::string_view group_id) {
  return within(group_id, "/");
}
std::string group_end(std::string_view group_id) {
  return within(group_id, "0");
}
std::string_view group_of(std::string_view key) {
  return key.substr(0, key.find('/'));
}

LogPosition position(std::string_view key) {
  check(key.size() >= position_bytes, "a key of the log store ends early");
  key = key.substr(key.size() - position_bytes);
  return {instant(key), number(key.substr(8))};
}

std::string event_value(Instant ingested, std::string_view message) {
  std::string value;
  value.reserve(8 + message.size());
  put(value, ingested);
  return value.append(message);
}

LogEvent read_event(LogPosition at, std::string_view value) {
  LogEvent event;
  event.timestamp = at.timestamp;
  event.sequence = at.sequence;
  event.ingested = instant(value);
  event.message.assign(value.substr(8));
  return event;
}

std::string stream_value(const StreamRecord& record) {
  std::string value;
  put(value, record.last);
  put(value, record.last_ingested);
  return value.append(record.name);
}

StreamRecord read_stream(std::string_view value) {
  check(value.size() >= 16, "a row of the log store ends early");
  return {instant(value), instant(value.substr(8)), std::string(value.substr(16))};
}

}  // namespace slipway::store::log_keys
