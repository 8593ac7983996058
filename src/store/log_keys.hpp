#pragma once

#include <string>
#include <string_view>

#include "store/log_store.hpp"

// Keys and values of the log store. Numbers are 8 bytes, big-endian, signed ones with the sign bit flipped,
// so that byte order is the order of numbers.
//
//   !sequences                                 ->  up to where sequences may have been given, in digits
//   <group>/e/<stream>/<timestamp><sequence>   ->  <ingested><message>             the event
//   <group>/t/<timestamp><sequence>            ->  <stream>                        the group in order of time
//   <group>/s/<stream>                         ->  <last timestamp><last ingested><name>
//   <group>/m/<stream>                         ->  <its writer's mark>
namespace slipway::store::log_keys {

inline constexpr const char* reserved_sequences = "!sequences";
inline constexpr const char* first_group = "\"";  // follows '!'

struct Id {
  std::string_view group, stream;
};
Id split(std::string_view stream_id);
std::string join(std::string_view group, std::string_view stream);

std::string event(std::string_view stream_id, LogPosition at);
std::string events_begin(std::string_view stream_id);
std::string events_end(std::string_view stream_id);

std::string entry(std::string_view group_id, LogPosition at);

std::string stream(std::string_view stream_id);
std::string mark(std::string_view stream_id);
std::string streams_begin(std::string_view group_id);
std::string streams_end(std::string_view group_id);

std::string group_begin(std::string_view group_id);
std::string group_end(std::string_view group_id);
// The group that any key belongs to.
std::string_view group_of(std::string_view key);

// From the key of an event or of an entry.
LogPosition position(std::string_view key);

std::string event_value(Instant ingested, std::string_view message);
LogEvent read_event(LogPosition at, std::string_view value);

struct StreamRecord {
  Instant last{INT64_MIN};
  Instant last_ingested{INT64_MIN};
  std::string name;
};
std::string stream_value(const StreamRecord& record);
StreamRecord read_stream(std::string_view value);

}  // namespace slipway::store::log_keys
