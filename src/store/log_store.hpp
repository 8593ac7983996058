#pragma once

#include <cstdint>
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
  std::uint64_t sequence = 0;  // unique in the store; orders events of one timestamp

  bool operator==(const LogEvent&) const = default;
};

// Where in a stream a page starts: after (forward) or before (backward) this event.
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
  virtual Result<> append(std::string_view stream_id, std::vector<LogEvent>& events) = 0;
  virtual Result<LogPage> read(const LogQuery& query) = 0;
  virtual Result<LogStreamSpan> span(std::string_view stream_id) = 0;
  virtual Result<> drop(std::string_view stream_id) = 0;
  // Drops the events of a stream that are older than `cutoff` (retention).
  virtual Result<> expire(std::string_view stream_id, Instant cutoff) = 0;
};

// In `directory`, which is made if missing. "" keeps everything in memory, for tests.
Result<std::unique_ptr<LogStore>> open_log_store(const std::string& directory);

}  // namespace slipway::store
