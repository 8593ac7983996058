#include "runtime/output_reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "runtime/output_format.hpp"
#include "runtime/system/files.hpp"

namespace slipway::runtime {
namespace {

class SpoolReader final : public OutputReader {
 public:
  SpoolReader(std::string directory, std::uint64_t offset, SpoolWatch::Wake wake)
      : directory_(std::move(directory)), offset_(offset), wake_(std::move(wake)) {}

  Result<OutputChunk> read(std::size_t max_bytes) override {
    wake_.clear();
    OutputChunk chunk{.next_offset = offset_};
    std::size_t taken = 0;
    while (taken == 0 || taken < max_bytes) {
      auto record = next(chunk.dropped_bytes);
      if (!record) return pass(record);
      if (record->data.empty()) break;
      taken += record->data.size();
      chunk.records.push_back(std::move(*record));
    }
    chunk.next_offset = offset_;
    return chunk;
  }

  int watch_fd() override { return wake_.fd(); }

 private:
  // Goes to the segment that holds offset_, or to the first one after it; false when there is none yet.
  Result<bool> enter_segment(std::uint64_t& dropped_bytes) {
    const auto segments = list_segments(directory_);
    auto after = std::ranges::upper_bound(segments, offset_);
    if (after == segments.begin()) {
      if (segments.empty()) return false;
      dropped_bytes += segments.front() - offset_;
      offset_ = segments.front();
      ++after;
    }
    first_ = *std::prev(after);
    file_.reset(::open((directory_ + "/" + segment_name(first_)).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    // Dropped meanwhile: as if it were not there yet. Everything else, no descriptor left, is no end of
    // output.
    if (!file_ && errno != ENOENT) return fail_errno(directory_);
    return bool(file_);
  }

  // An empty record: nothing whole is there yet.
  Result<OutputRecord> next(std::uint64_t& dropped_bytes) {
    for (int attempt = 0; attempt < 3; ++attempt) {
      if (!file_) {
        Result<bool> entered = enter_segment(dropped_bytes);
        if (!entered) return pass(entered);
        if (!*entered) return OutputRecord{};
      }
      char bytes[record_header_bytes];
      const ssize_t got = ::pread(file_.get(), bytes, sizeof bytes, off_t(offset_ - first_));
      if (got < 0) return fail_errno(directory_);
      if (got == ssize_t(sizeof bytes)) {
        auto header = decode_record_header({bytes, sizeof bytes});
        if (!header)
          return fail("HostError", directory_ + ": not an output record at " + std::to_string(offset_), 500);
        OutputRecord record{.stream = header->stream, .time_ns = header->time_ns};
        record.data.resize(header->data_bytes);
        const auto at = off_t(offset_ - first_ + record_header_bytes);
        if (::pread(file_.get(), record.data.data(), record.data.size(), at) != ssize_t(record.data.size()))
          return OutputRecord{};
        offset_ += record_header_bytes + record.data.size();
        record.next_offset = offset_;
        return record;
      }
      if (got > 0) return OutputRecord{};
      // At the end of this segment: the writer may have begun the next, or dropped this one with all before
      // it.
      const std::uint64_t here = first_;
      file_.reset();
      Result<bool> entered = enter_segment(dropped_bytes);
      if (!entered) return pass(entered);
      if (!*entered) return OutputRecord{};
      if (first_ == here) return OutputRecord{};
    }
    return OutputRecord{};
  }

  const std::string directory_;
  std::uint64_t offset_;
  SpoolWatch::Wake wake_;
  Fd file_;
  std::uint64_t first_ = 0;
};

}  // namespace

Result<std::unique_ptr<OutputReader>> open_output(SpoolWatch& watch, const std::string& directory,
                                                  std::uint64_t offset) {
  auto wake = watch.watch(directory);
  if (!wake) return pass(wake);
  return std::make_unique<SpoolReader>(directory, offset, std::move(*wake));
}

}  // namespace slipway::runtime
