#include "daemon/disk_reserve.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/limits.hpp"
#include "base/log.hpp"

namespace slipway::daemon {
namespace {

std::uint64_t allocated_bytes(const std::string& file) {
  struct stat status;
  return ::stat(file.c_str(), &status) == 0 ? std::uint64_t(status.st_blocks) * 512 : 0;
}

}  // namespace

DiskReserve::DiskReserve(const std::string& data_dir) : directory_(data_dir), file_(data_dir + "/reserve") {}

std::uint64_t DiskReserve::free_bytes() const {
  struct statvfs disk;
  return ::statvfs(directory_.c_str(), &disk) == 0 ? disk.f_bavail * disk.f_frsize : UINT64_MAX;
}

DiskSpace DiskReserve::look() {
  std::uint64_t free = free_bytes();
  if (free < limits::free_space_none_bytes && allocated_bytes(file_) > 0) {
    log::warn("no space is left: the reserve is given up", {{"file", file_}});
    ::unlink(file_.c_str());
    free = free_bytes();
  }
  if (free < limits::free_space_none_bytes) return DiskSpace::none;
  if (free < limits::free_space_low_bytes) return DiskSpace::low;
  if (free - limits::free_space_low_bytes > limits::disk_reserve_bytes && allocated_bytes(file_) == 0) make();
  return DiskSpace::enough;
}

// Real blocks, not a hole; where a file system cannot (some network ones) there is no reserve.
void DiskReserve::make() {
  const int fd = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return;
  if (::fallocate(fd, 0, 0, off_t(limits::disk_reserve_bytes)) != 0) ::unlink(file_.c_str());
  ::close(fd);
}

}  // namespace slipway::daemon
