#include "agent/image/erofs_room.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

#include "agent/image/files.hpp"

namespace slipway::agent {
namespace {

constexpr const char* room_options = "mode=755,size=16m";

// A mount that is attached nowhere yet.
Result<Fd> clone_mount(const std::string& path, std::uint64_t attributes) {
  Fd tree(::open_tree(AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  if (!tree) return disk_error("open_tree", path);
  mount_attr wanted{.attr_set = attributes | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
                    .attr_clr = 0,
                    .propagation = 0,
                    .userns_fd = 0};
  if (::mount_setattr(tree.get(), "", AT_EMPTY_PATH, &wanted, sizeof wanted) != 0)
    return disk_error("mount_setattr", path);
  return tree;
}

Result<> attach(const Fd& tree, const char* at) {
  if (::move_mount(tree.get(), "", AT_FDCWD, at, MOVE_MOUNT_F_EMPTY_PATH) != 0)
    return disk_error("move_mount", at);
  return {};
}

// Where /lib and its kin are links into /usr, as on most systems, so they are in the room; else copies.
Result<> furnish_libraries(int root) {
  for (const char* name : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    struct stat status;
    if (::fstatat(root, name + 1, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    char target[256];
    if (const ssize_t length = ::readlinkat(root, name + 1, target, sizeof target - 1); length > 0) {
      target[length] = 0;
      if (::symlink(target, name + 1) != 0) return disk_error("symlink", name);
      continue;
    }
    auto tree = clone_mount(name, MOUNT_ATTR_RDONLY);
    if (!tree) return pass(tree);
    if (::mkdir(name + 1, 0755) != 0) return disk_error("mkdir", name);
    if (auto attached = attach(*tree, name + 1); !attached) return attached;
  }
  return {};
}

}  // namespace

Result<> enter_erofs_room(const std::string& directory, const std::string& file) {
  const Fd made(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!made) return disk_error("open", file);
  if (::unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC) != 0)
    return disk_error("unshare", "for mkfs.erofs");
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return disk_error("mount", "/");
  const Fd host(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  auto layer = clone_mount(directory, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOEXEC);
  if (!layer) return pass(layer);
  auto image = clone_mount(file, MOUNT_ATTR_NOEXEC);
  if (!image) return pass(image);
  auto programs = clone_mount("/usr", MOUNT_ATTR_RDONLY);
  if (!programs) return pass(programs);
  // Over a directory that is there for certain; nobody else sees it.
  if (::mount("tmpfs", "/usr", "tmpfs", MS_NOSUID | MS_NODEV, room_options) != 0)
    return disk_error("mount", "tmpfs");
  if (::chdir("/usr") != 0) return disk_error("chdir", "/usr");
  for (const char* name : {"layer", "usr", "tmp"})
    if (::mkdir(name, 0755) != 0) return disk_error("mkdir", name);
  const Fd place(::open("image", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (!place) return disk_error("open", "image");
  if (auto done = attach(*layer, "layer"); !done) return done;
  if (auto done = attach(*image, "image"); !done) return done;
  if (auto done = attach(*programs, "usr"); !done) return done;
  if (auto done = furnish_libraries(host.get()); !done) return done;
  // pivot_root(2), "pivot_root(".", ".")": the old root lies over the new one, and is let go.
  if (::syscall(SYS_pivot_root, ".", ".") != 0) return disk_error("pivot_root", ".");
  if (::umount2(".", MNT_DETACH) != 0 || ::chdir("/") != 0) return disk_error("umount", "the old root");
  return {};
}

}  // namespace slipway::agent
