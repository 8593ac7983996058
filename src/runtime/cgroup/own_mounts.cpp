#include "runtime/cgroup/own_mounts.hpp"

#include <sched.h>
#include <sys/mount.h>

#include "runtime/system/files.hpp"

namespace slipway::runtime {

Result<> enter_own_mounts(const Cgroups& cgroups) {
  if (::unshare(CLONE_NEWNS) != 0) return fail_errno("mount namespace");
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) return fail_errno("mount propagation");
  if (cgroups.mode() != Cgroups::Mode::hybrid || cgroups.unified_controllers().empty()) return {};
  const char* unified = cgroups.unified_mount().c_str();
  if (::umount2(unified, MNT_DETACH) != 0) return fail_errno(unified);
  // Not left bare: crun would make its groups' directories in whatever lies there, for good.
  if (::mount("tmpfs", unified, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=1m") != 0)
    return fail_errno(unified);
  return {};
}

}  // namespace slipway::runtime
