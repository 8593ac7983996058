#include "runtime/net/netns.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

namespace slipway::runtime {
namespace {

constexpr const char* own_namespace = "/proc/thread-self/ns/net";

// Namespaces belong to threads: one that ends right after leaves no trace in the others.
Result<> on_a_thread(const std::function<Result<>()>& work) {
  Result<> result;
  std::thread([&] { result = work(); }).join();
  return result;
}

bool is_mount_point(const std::string& path) {
  return read_file_or_empty("/proc/self/mountinfo").find(" " + path + " ") != std::string::npos;
}

}  // namespace

Result<> prepare_namespace_directory(const std::string& directory) {
  if (auto made = make_directories(directory, 0700); !made) return made;
  if (is_mount_point(directory)) return {};
  if (::mount(directory.c_str(), directory.c_str(), nullptr, MS_BIND, nullptr) != 0)
    return fail_errno(directory);
  if (::mount(nullptr, directory.c_str(), nullptr, MS_PRIVATE, nullptr) != 0 ||
      ::mount(nullptr, directory.c_str(), nullptr, MS_SHARED, nullptr) != 0) {
    auto failed = fail_errno(directory);
    ::umount2(directory.c_str(), MNT_DETACH);
    return failed;
  }
  return {};
}

Result<> drop_namespace_directory(const std::string& directory) {
  while (is_mount_point(directory))
    if (::umount2(directory.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0) return fail_errno(directory);
  return {};
}

Result<> create_namespace(const std::string& path, const std::function<Result<>(int netns)>& inside) {
  Fd file(::open(path.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0400));
  if (!file) return fail_errno(path);
  Result<> made = on_a_thread([&]() -> Result<> {
    if (::unshare(CLONE_NEWNET) != 0) return fail_errno("network namespace");
    Fd netns(::open(own_namespace, O_RDONLY | O_CLOEXEC));
    if (!netns) return fail_errno("network namespace");
    if (auto done = inside(netns.get()); !done) return done;
    if (::mount(own_namespace, path.c_str(), nullptr, MS_BIND, nullptr) != 0) return fail_errno(path);
    return {};
  });
  if (!made) ::unlink(path.c_str());
  return made;
}

Result<> in_namespace(const std::string& path, const std::function<Result<>()>& inside) {
  return on_a_thread([&]() -> Result<> {
    Fd netns(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!netns) return fail_errno(path);
    if (::setns(netns.get(), CLONE_NEWNET) != 0) return fail_errno(path);
    return inside();
  });
}

bool is_namespace(const std::string& path) {
  struct statfs status;
  return ::statfs(path.c_str(), &status) == 0 && status.f_type == NSFS_MAGIC;
}

Result<> drop_namespace(const std::string& path) {
  while (::umount2(path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) == 0) {
  }
  if (errno != EINVAL && errno != ENOENT) return fail_errno(path);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return fail_errno(path);
  return {};
}

}  // namespace slipway::runtime
