#include "runtime/supervisor/rootfs.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "runtime/system/files.hpp"

namespace slipway::runtime {
namespace {

Result<Fd> open_directory(const std::string& path) {
  Fd fd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return fail_errno(path);
  return fd;
}

// mount(2) takes one page of options, and ':' and ',' mean something in them: a descriptor is short and has
// neither.
std::string name_of(const Fd& fd) {
  return "/proc/self/fd/" + std::to_string(fd.get());
}

}  // namespace

Result<> mount_rootfs(const std::string& container_directory, const std::vector<std::string>& layers) {
  for (const char* part : {"/upper", "/work", "/merged"})
    if (auto made = make_directories(container_directory + part, 0755); !made) return made;
  std::vector<Fd> open;
  std::string options = "lowerdir=";
  for (const std::string& layer : layers) {
    auto fd = open_directory(layer);
    if (!fd) return pass(fd);
    if (!open.empty()) options += ':';
    options += name_of(*fd);
    open.push_back(std::move(*fd));
  }
  auto upper = open_directory(container_directory + "/upper"),
       work = open_directory(container_directory + "/work");
  if (!upper) return pass(upper);
  if (!work) return pass(work);
  // The upper directory's own owner and mode become those of "/".
  struct stat top;
  if (::fstat(open.front().get(), &top) == 0) {
    (void)::chown((container_directory + "/upper").c_str(), top.st_uid, top.st_gid);
    (void)::chmod((container_directory + "/upper").c_str(), top.st_mode & 07777);
  }
  options += ",upperdir=" + name_of(*upper) + ",workdir=" + name_of(*work);
  const std::string target = container_directory + "/merged";
  // volatile: a container's writes need not survive a power cut, so no sync of the host is made to wait for
  // them.
  for (const char* further : {",volatile", ""})
    if (::mount("overlay", target.c_str(), "overlay", 0, (options + further).c_str()) == 0) return {};
  return fail_errno("overlay " + target);
}

void unmount_rootfs(const std::string& container_directory) {
  ::umount2((container_directory + "/merged").c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
}

}  // namespace slipway::runtime
