#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace slipway::store {

struct LogEvent {
  Instant timestamp;  // the client's
  Instant ingested;   // ours
  std::string message;
  std::uint64_t sequence = 0;  // unique in the store and growing; orders events of one timestamp

  bool operator==(const LogEvent&) const = default;
};

// A stream's id is "<group>/<stream>", both without '/'; neither is ever given twice. The name is for
// readers.
struct LogStreamRef {
  std::string id;
  std::string name;
};

// Where a page starts: after (forward) or before (backward) this event.
struct LogPosition {
  Instant timestamp;
  std::uint64_t sequence = 0;
  auto operator<=>(const LogPosition&) const = default;
};

struct LogQuery {
  std::string stream_id;
  Instant from;                         // inclusive
  Instant until{INT64_MAX};             // exclusive
  bool forward = true;                  // else newest first
  std::optional<LogPosition> position;  // exclusive
  std::size_t events_max = 10'000;
  std::size_t bytes_max = 1024 * 1024;
};

struct LogPage {
  std::vector<LogEvent> events;  // in time order, whichever way it was read
  bool more = false;             // in the direction of reading
};

// Events of many streams of a group, merged in order of (timestamp, sequence).
struct LogGroupQuery {
  std::string group_id;
  std::optional<std::vector<LogStreamRef>> streams;  // absent: all of the group
  std::string name_prefix;                           // of the streams' names, where `streams` is absent
  Instant from;
  Instant until{INT64_MAX};
  std::optional<LogPosition> position;
  std::function<bool(std::string_view message)> matches;  // empty: all
  std::size_t events_max = 10'000;
  std::size_t bytes_max = 1024 * 1024;
  std::size_t scanned_bytes_max = 16 * 1024 * 1024;  // looked at, matching or not
};

struct LogGroupEvent {
  std::string stream_id;
  std::string stream_name;
  LogEvent event;
};

struct LogGroupPage {
  std::vector<LogGroupEvent> events;
  std::optional<LogPosition> next;  // where the next page starts; nothing: all was read. A page may be empty
};

struct LogStreamSpan {
  std::optional<Instant> first, last, last_ingested;
};

// Log events, outside the turn: append-only, under the id of their stream, in order of time. Thread-safe.
class LogStore {
 public:
  virtual ~LogStore() = default;
  LogStore() = default;
  LogStore(const LogStore&) = delete;
  LogStore& operator=(const LogStore&) = delete;

  // Durable when it returns; concurrent appends share a sync. `sequence` of the events is assigned here.
  // ResourceNotFoundException when the stream or its group has been dropped. `mark`, where there is one, is
  // the writer's word for how far these events take it, and is written with them or not at all.
  virtual Result<> append(const LogStreamRef& stream, std::vector<LogEvent>& events,
                          std::string_view mark = {}) = 0;
  // The last mark; empty where there is none.
  virtual Result<std::string> mark(std::string_view stream_id) = 0;
  virtual Result<LogPage> read(const LogQuery& query) = 0;
  virtual Result<LogGroupPage> read_group(const LogGroupQuery& query) = 0;

  virtual Result<LogStreamSpan> span(std::string_view stream_id) = 0;
  // Calls visit(stream id, time of its last event) for the streams of a group that ever had events.
  virtual Result<> each_stream(std::string_view group_id,
                               const std::function<void(std::string_view, Instant)>& visit) = 0;
  // Ids of all groups that have something here.
  virtual Result<std::vector<std::string>> groups() = 0;
  // About how many bytes a group takes on disk.
  virtual std::uint64_t stored_bytes(std::string_view group_id) = 0;

  // Drops a stream's events or, given a group's id, those of all its streams. Later appends are refused.
  virtual Result<> drop(std::string_view id) = 0;
  // Drops the events of a group that are older than `cutoff` (retention). Costs nothing where there are none.
  virtual Result<> expire(std::string_view group_id, Instant cutoff) = 0;
};

// In `directory`, which is made if missing. "" keeps everything in memory, for tests.
Result<std::unique_ptr<LogStore>> open_log_store(const std::string& directory);

}  // namespace slipway::store
