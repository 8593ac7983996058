#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

// A container's output as the supervisor spooled it.
//
// Directory <node>/containers/<id>/output holds segments; "<first offset, 20 digits>.log" is a run of
// records:
//
//   byte 0     'R'
//   byte 1     stream: 1 stdout (and a terminal), 2 stderr
//   bytes 2-3  zero
//   bytes 4-7  n, length of the data, little-endian, 1 … limits::output_record_bytes
//   bytes 8-15 when it was read: nanoseconds since 1970, little-endian
//   then n bytes as the container wrote them: a record may end inside a line, or hold many
//
// An offset counts bytes of records, headers included, since the container's first one. When the segments
// exceed the container's limit the oldest goes; a reader that had not reached it is told how much it missed.
namespace slipway::runtime {

struct OutputRecord {
  enum class Stream : std::uint8_t { out = 1, err = 2 };
  Stream stream = Stream::out;
  std::int64_t time_ns = 0;
  std::string data;
  std::uint64_t next_offset = 0;  // where to go on after this record
};

struct OutputChunk {
  std::vector<OutputRecord> records;  // empty: nothing more at this moment
  std::uint64_t next_offset = 0;
  std::uint64_t dropped_bytes = 0;  // bytes of records that were gone before they could be read
};

// Reads one container's spool. One thread at a time. The end is reached when the container is known to have
// exited and read() returns nothing: the supervisor spools all output before it says so.
class OutputReader {
 public:
  virtual ~OutputReader() = default;
  // Whole records of about `max_bytes`, at least one if there is one.
  virtual Result<OutputChunk> read(std::size_t max_bytes) = 0;
  // Readable (poll, epoll) after more was written since the last read(); owned by the reader.
  virtual int watch_fd() = 0;
};

}  // namespace slipway::runtime
