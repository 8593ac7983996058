#include "runtime/supervisor/spool.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "runtime/output_format.hpp"

namespace slipway::runtime {

SpoolWriter::SpoolWriter(std::string directory, std::uint64_t limit_bytes)
    : directory_(std::move(directory)), limit_bytes_(limit_bytes) {}

Result<std::unique_ptr<SpoolWriter>> SpoolWriter::open(const std::string& directory,
                                                       std::uint64_t limit_bytes) {
  if (auto made = make_directories(directory, 0700); !made) return pass(made);
  std::unique_ptr<SpoolWriter> spool(
      new SpoolWriter(directory, limit_bytes > 0 ? limit_bytes : limits::output_spool_bytes));
  if (auto recovered = spool->recover(); !recovered) return pass(recovered);
  return spool;
}

Result<> SpoolWriter::recover() {
  const auto found = list_segments(directory_);
  segments_.assign(found.begin(), found.end());
  if (segments_.empty()) return begin_segment();
  const std::string path = directory_ + "/" + segment_name(segments_.back());
  file_.reset(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!file_) return fail_errno(path);
  struct stat status;
  if (::fstat(file_.get(), &status) != 0) return fail_errno(path);
  const auto end = std::uint64_t(status.st_size);
  char bytes[record_header_bytes];
  while (size_ + record_header_bytes <= end &&
         ::pread(file_.get(), bytes, sizeof bytes, off_t(size_)) == ssize_t(sizeof bytes)) {
    auto header = decode_record_header({bytes, sizeof bytes});
    if (!header || size_ + record_header_bytes + header->data_bytes > end) break;
    size_ += record_header_bytes + header->data_bytes;
  }
  if (size_ != end && ::ftruncate(file_.get(), off_t(size_)) != 0) return fail_errno(path);
  if (::lseek(file_.get(), off_t(size_), SEEK_SET) < 0) return fail_errno(path);
  return {};
}

Result<> SpoolWriter::begin_segment() {
  const std::uint64_t first = segments_.empty() ? 0 : segments_.back() + size_;
  const std::string path = directory_ + "/" + segment_name(first);
  Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return fail_errno(path);
  file_ = std::move(file);
  segments_.push_back(first);
  size_ = 0;
  const std::uint64_t segment_bytes = limit_bytes_ / limits::output_spool_segments;
  while (segments_.size() > 1 && first + segment_bytes - segments_.front() > limit_bytes_) {
    ::unlink((directory_ + "/" + segment_name(segments_.front())).c_str());
    segments_.pop_front();
  }
  return {};
}

void SpoolWriter::append(OutputRecord::Stream stream, std::int64_t time_ns, std::string_view data) {
  while (!data.empty()) {
    const std::size_t part = std::min(data.size(), limits::output_record_bytes);
    append_record(stream, time_ns, data.substr(0, part));
    data.remove_prefix(part);
  }
}

void SpoolWriter::append_record(OutputRecord::Stream stream, std::int64_t time_ns, std::string_view data) {
  const std::uint64_t segment_bytes = limit_bytes_ / limits::output_spool_segments;
  if (size_ > 0 && size_ + record_header_bytes + data.size() > segment_bytes) {
    // Where no new segment can be made (a full disk) the old one goes on: the write below decides.
    if (auto begun = begin_segment(); !begun) log::warn("output spool", {{"error", begun.error().message}});
  }
  RecordHeader header = encode_record_header(stream, data.size(), time_ns);
  const iovec parts[2] = {{header.data(), header.size()}, {const_cast<char*>(data.data()), data.size()}};
  const std::size_t whole = header.size() + data.size();
  ssize_t written;
  do written = ::writev(file_.get(), parts, 2);
  while (written < 0 && errno == EINTR);
  if (written == ssize_t(whole)) {
    size_ += whole;
    return;
  }
  // Half a record would hide all that follows it.
  if (lost_bytes_ == 0) log::error("container output is lost: cannot write", {{"directory", directory_}});
  lost_bytes_ += data.size();
  if (::ftruncate(file_.get(), off_t(size_)) == 0) (void)::lseek(file_.get(), off_t(size_), SEEK_SET);
}

}  // namespace slipway::runtime
