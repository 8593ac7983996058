#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "runtime/output.hpp"

namespace slipway::agent {

// The first byte of a stream that no shipped event holds: a record's offset in the spool, and a byte of it.
struct StreamPosition {
  std::uint64_t record = 0;
  std::uint64_t byte = 0;

  auto operator<=>(const StreamPosition&) const = default;
};

// How far a container's output is with the log service.
struct LogPosition {
  std::array<StreamPosition, 2> streams;  // stdout, stderr

  // Where to read the spool from.
  std::uint64_t offset() const { return std::min(streams[0].record, streams[1].record); }
  std::string text() const;
  static Result<LogPosition> parse(std::string_view text);
  bool operator==(const LogPosition&) const = default;
};

struct LogEvent {
  Instant time;  // when its first byte was read
  std::string message;
  std::size_t stream = 0;
  StreamPosition end;  // behind its last byte, line feed included
};

// Cuts a container's output into events: a line each, without its line feed. Empty lines are none; a line
// above the limit is cut, between characters; what is no UTF-8 becomes U+FFFD.
class LogLines {
 public:
  // Starts behind `from`: records before it may be fed and are skipped. `starts_event` says whether a line
  // begins a new event (awslogs-multiline-pattern); none: every line does.
  explicit LogLines(LogPosition from, std::function<bool(std::string_view line)> starts_event = {});

  void feed(const runtime::OutputRecord& record);
  // Several-line events that wait for more are complete: nothing came for a while.
  void flush_lines();
  // So are lines without a line feed: the container has exited.
  void flush_all();

  std::deque<LogEvent>& events() { return events_; }
  // True if the stream has bytes that are in no event yet.
  bool pending(std::size_t stream) const {
    return !streams_[stream].partial.empty() || streams_[stream].open;
  }
  bool group_open() const { return streams_[0].open || streams_[1].open; }

 private:
  struct Stream {
    std::string partial;  // of a line
    Instant partial_time;
    bool open = false;  // an event of several lines
    LogEvent event;
    bool continues = false;  // the line at hand was cut: the rest of it is no new line
  };

  void end_line(std::size_t stream, StreamPosition end);
  void emit(std::size_t stream);

  LogPosition from_;
  std::function<bool(std::string_view)> starts_event_;
  std::array<Stream, 2> streams_;
  std::deque<LogEvent> events_;
};

// Every ill-formed part becomes U+FFFD.
std::string to_utf8(std::string_view bytes);

}  // namespace slipway::agent
