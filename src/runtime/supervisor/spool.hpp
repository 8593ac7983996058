#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "runtime/output.hpp"
#include "runtime/system/files.hpp"

namespace slipway::runtime {

// Appends a container's output to its segments (output.hpp). Never blocks on anything but the disk, never
// uses more of it than `limit_bytes` and one record.
class SpoolWriter {
 public:
  // Goes on after what is there; a record that a killed writer left torn is cut off.
  static Result<std::unique_ptr<SpoolWriter>> open(const std::string& directory, std::uint64_t limit_bytes);

  // Data longer than a record may be is spread over several. Where the disk is full it is lost, and counted.
  void append(OutputRecord::Stream, std::int64_t time_ns, std::string_view data);
  std::uint64_t lost_bytes() const { return lost_bytes_; }

 private:
  SpoolWriter(std::string directory, std::uint64_t limit_bytes);
  Result<> recover();
  Result<> begin_segment();
  void append_record(OutputRecord::Stream, std::int64_t time_ns, std::string_view data);

  const std::string directory_;
  const std::uint64_t limit_bytes_;
  std::deque<std::uint64_t> segments_;  // first offsets; the last one is being written
  Fd file_;
  std::uint64_t size_ = 0;  // of the last segment
  std::uint64_t lost_bytes_ = 0;
};

}  // namespace slipway::runtime
