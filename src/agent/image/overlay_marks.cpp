#include "agent/image/overlay_marks.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace slipway::agent {
namespace {

struct Place {
  std::string directory, name;
};

Place place_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return {"", path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

Result<Fd> open_directory(const std::string& path) {
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  Fd fd(int(::syscall(SYS_openat2, AT_FDCWD, path.empty() ? "." : path.c_str(), &how, sizeof how)));
  if (!fd && (errno == ELOOP || errno == ENOTDIR))
    return fail("InvalidImage", "a whiteout stands in \"" + path + "\", which is not a directory");
  if (!fd) return disk_error("open", "/" + path);
  return fd;
}

}  // namespace

Result<> make_directories_beneath(const std::string& path) {
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string part = path.substr(0, end);
    auto parent = open_directory(place_of(part).directory);
    if (!parent) return pass(parent);
    if (::mkdirat(parent->get(), place_of(part).name.c_str(), 0755) != 0 && errno != EEXIST)
      return disk_error("mkdir", "/" + part);
    at = end + 1;
  }
  return {};
}

Result<> clear_for_directory(const std::string& path) {
  const Place place = place_of(path);
  auto parent = open_directory(place.directory);
  if (!parent) return {};  // libarchive makes it, or says what is wrong
  struct stat status;
  if (::fstatat(parent->get(), place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
      S_ISDIR(status.st_mode))
    return {};
  if (::unlinkat(parent->get(), place.name.c_str(), 0) != 0) return disk_error("unlink", "/" + path);
  return {};
}

Result<> mark_opaque(const std::string& directory) {
  auto fd = open_directory(directory);
  if (!fd) return pass(fd);
  if (::fsetxattr(fd->get(), "trusted.overlay.opaque", "y", 1, 0) != 0)
    return disk_error("setxattr trusted.overlay.opaque", "/" + directory);
  return {};
}

Result<> mark_hidden(const std::string& path) {
  const Place place = place_of(path);
  auto parent = open_directory(place.directory);
  if (!parent) return pass(parent);
  if (::mknodat(parent->get(), place.name.c_str(), S_IFCHR, makedev(0, 0)) == 0) return {};
  if (errno != EEXIST) return disk_error("mknod", "/" + path);
  struct stat status;
  if (::fstatat(parent->get(), place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
      S_ISDIR(status.st_mode))
    return mark_opaque(path);
  return {};
}

}  // namespace slipway::agent
