#include "runtime/system/erofs.hpp"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/limits.hpp"
#include "runtime/system/process.hpp"

namespace slipway::runtime {
namespace {

constexpr int loop_tries = 8;  // others take free devices too

Result<Fd> mount_source(const std::string& source, bool direct) {
  Fd context(::fsopen("erofs", FSOPEN_CLOEXEC));
  if (!context) return fail_errno("erofs");
  if (::fsconfig(context.get(), FSCONFIG_SET_STRING, "source", source.c_str(), 0) != 0 ||
      ::fsconfig(context.get(), FSCONFIG_SET_FLAG, "ro", nullptr, 0) != 0)
    return fail_errno("erofs " + source);
  // Else every page of the file would be in memory twice: as the file's and as the erofs'.
  if (direct && ::fsconfig(context.get(), FSCONFIG_SET_FLAG, "directio", nullptr, 0) != 0)
    return fail_errno("erofs directio");
  if (::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
    return fail_errno("erofs " + source);
  Fd root(::fsmount(context.get(), FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY));
  if (!root) return fail_errno("erofs " + source);
  return root;
}

struct Loop {
  Fd device;
  std::string path;
};

Result<Loop> attach_loop(const std::string& file) {
  Fd backing(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!backing) return fail_errno(file);
  Fd control(::open("/dev/loop-control", O_RDWR | O_CLOEXEC));
  if (!control) return fail_errno("/dev/loop-control");
  for (int attempt = 0; attempt < loop_tries; ++attempt) {
    const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) return fail_errno("/dev/loop-control");
    Loop loop{{}, "/dev/loop" + std::to_string(number)};
    loop.device = Fd(::open(loop.path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!loop.device) return fail_errno(loop.path);
    loop_config config{};
    config.fd = unsigned(backing.get());
    config.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO;
    if (::ioctl(loop.device.get(), LOOP_CONFIGURE, &config) == 0) return loop;
    config.info.lo_flags &= ~unsigned(LO_FLAGS_DIRECT_IO);
    if (errno == EINVAL && ::ioctl(loop.device.get(), LOOP_CONFIGURE, &config) == 0) return loop;
    if (errno != EBUSY) return fail_errno(loop.path);
  }
  return fail("HostError", "no loop device is free", 500);
}

}  // namespace

bool is_erofs_layer(std::string_view path) {
  return path.ends_with(".erofs");
}

Result<> make_erofs(const std::string& directory, const std::string& file, std::vector<std::string> maker) {
  maker.insert(maker.end(), {file, directory});
  auto made = run_helper(maker, "", limits::mkfs_timeout_ms);
  Result<> done;
  if (!made) {
    done = pass(made);
  } else if (made->exit_code != 0) {
    const std::string words = made->err.empty() ? made->out : made->err;
    done = fail("HostError", "mkfs.erofs: " + words.substr(0, words.find('\n')), 500);
  } else {
    const Fd written(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!written || ::fsync(written.get()) != 0) done = fail_errno(file);
  }
  if (!done) ::unlink(file.c_str());
  return done;
}

Result<DetachedMount> mount_erofs(const std::string& file, bool straight) {
  for (const bool direct : {true, false})
    if (auto root = straight ? mount_source(file, direct) : Result<Fd>(fail("HostError", "")))
      return DetachedMount{std::move(*root), false};
  auto loop = attach_loop(file);
  if (!loop) return pass(loop);
  auto root = mount_source(loop->path, false);
  if (!root) return pass(root);
  return DetachedMount{std::move(*root), true};
}

Result<Fd> open_layer(const std::string& path) {
  if (is_erofs_layer(path)) {
    auto mounted = mount_erofs(path);
    if (!mounted) return pass(mounted);
    return std::move(mounted->root);
  }
  Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return fail_errno(path);
  return fd;
}

Result<std::string> probe_erofs(const std::string& scratch, std::vector<std::string> maker) {
  const std::string directory = scratch + "/erofs-probe", file = directory + ".erofs";
  if (auto made = make_directories(directory + "/inside", 0700); !made) return pass(made);
  auto written = make_erofs(directory, file, std::move(maker));
  (void)remove_tree(directory);
  if (!written) return pass(written);
  auto mounted = mount_erofs(file);
  ::unlink(file.c_str());
  if (!mounted) return pass(mounted);
  struct stat status;
  if (::fstatat(mounted->root.get(), "inside", &status, 0) != 0)
    return fail_errno("an erofs is mounted, but");
  return std::string(mounted->loop ? "mounted through loop devices" : "mounted from files");
}

}  // namespace slipway::runtime
