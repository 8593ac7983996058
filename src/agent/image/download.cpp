#include "agent/image/download.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace slipway::agent {
namespace {

constexpr std::size_t write_bytes = 1024 * 1024;

}  // namespace

Download::Download(http::WorkerPool& workers, std::string path, const Descriptor& blob)
    : workers_(workers), path_(std::move(path)), digest_(blob.digest), size_(blob.size) {}

http::Task<Result<>> Download::resume() {
  auto read_all = [this]() -> Result<> {
    if (auto begun = restart(O_RDWR | O_CREAT); !begun) return begun;
    std::string buffer(write_bytes, '\0');
    for (;;) {
      const ssize_t got = ::read(file_.get(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return disk_error("read", path_);
      if (got == 0) break;
      hash_.update(std::string_view(buffer).substr(0, std::size_t(got)));
      received_ += std::uint64_t(got);
    }
    return received_ > size_ ? restart() : Result<>();
  };
  co_return co_await http::run_blocking(workers_, std::move(read_all));
}

void Download::discard() {
  ::unlink(path_.c_str());
}

Result<> Download::restart() {
  return restart(O_RDWR | O_CREAT | O_TRUNC);
}

Result<> Download::restart(int flags) {
  received_ = 0;
  waiting_.clear();
  hash_ = Sha256();
  file_ = Fd(::open(path_.c_str(), flags | O_CLOEXEC, 0600));
  if (!file_) return disk_error("open", path_);
  return {};
}

http::Task<Result<>> Download::append(std::string bytes) {
  received_ += bytes.size();
  if (received_ > size_)
    co_return fail("DigestMismatch",
                   "the blob is larger than the " + std::to_string(size_) + " bytes it should be");
  waiting_ += bytes;
  if (waiting_.size() < write_bytes) co_return Result<>();
  co_return co_await flush();
}

http::Task<Result<>> Download::flush() {
  auto write = [this]() -> Result<> {
    hash_.update(waiting_);
    return write_all(file_.get(), waiting_, path_);
  };
  Result<> written = co_await http::run_blocking(workers_, std::move(write));
  waiting_.clear();
  co_return written;
}

http::Task<Result<>> Download::finish() {
  if (received_ < size_)
    co_return fail("ConnectionClosed", "unexpected EOF after " + std::to_string(received_) + " of " +
                                           std::to_string(size_) + " bytes");
  Result<> flushed = co_await flush();
  if (!flushed) co_return flushed;
  const std::string got = hash_.digest();
  if (got != digest_)
    co_return fail("DigestMismatch",
                   "unexpected commit digest " + got + ", expected " + digest_ + ": failed precondition");
  if (::lseek(file_.get(), 0, SEEK_SET) != 0) co_return disk_error("seek", path_);
  co_return Result<>();
}

}  // namespace slipway::agent
