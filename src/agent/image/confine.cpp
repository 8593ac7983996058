#include "agent/image/confine.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <initializer_list>

#include "agent/image/erofs_room.hpp"
#include "agent/image/files.hpp"
#include "agent/image/forbid_calls.hpp"
#include "base/limits.hpp"

namespace slipway::agent {
namespace {

bool set_limit(__rlimit_resource resource, rlim_t value) {
  const rlimit limit{value, value};
  return ::setrlimit(resource, &limit) == 0;
}

bool set_limits(std::uint64_t memory_bytes) {
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)  // they reserve terabytes
  if (!set_limit(RLIMIT_AS, memory_bytes)) return false;
#endif
  return set_limit(RLIMIT_CORE, 0) && set_limit(RLIMIT_NOFILE, 64) &&
         set_limit(RLIMIT_CPU, limits::unpack_cpu_s) && set_limit(RLIMIT_FSIZE, limits::image_layer_bytes);
}

// `through_exec`: root's next program has them as well.
bool keep_capabilities(std::initializer_list<unsigned> kept, bool through_exec = false) {
  for (unsigned capability = 0; capability <= CAP_LAST_CAP; ++capability) {
    if (through_exec && std::ranges::find(kept, capability) != kept.end()) continue;
    if (::prctl(PR_CAPBSET_DROP, capability) != 0 && errno != EINVAL) return false;
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  for (unsigned capability : kept) data[capability / 32].permitted |= 1u << (capability % 32);
  for (auto& half : data) half.effective = half.permitted;
  return ::syscall(SYS_capset, &header, data) == 0;
}

std::unexpected<Error> refused(const char* what) {
  return disk_error(what, ::geteuid() == 0 ? "for unpacking" : "for unpacking, which needs root");
}

Result<> leave_the_parent() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // Not as protected from the kernel's want of memory as its parent.
  if (const int fd = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC); fd >= 0) {
    (void)!::write(fd, "500", 3);
    ::close(fd);
  }
  ::setlocale(LC_CTYPE, "C.UTF-8");  // else libarchive cannot spell names that are not ASCII
  ::umask(022);
  ::signal(SIGXFSZ, SIG_IGN);  // the write then fails, and can be told
  if (::close_range(3, ~0u, 0) != 0) return refused("close_range");
  return {};
}

Result<> give_up_privileges(std::uint64_t memory_bytes) {
  if (!set_limits(memory_bytes)) return refused("setrlimit");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused("no_new_privs");
  if (!forbid_calls()) return refused("seccomp");
  return {};
}

}  // namespace

Result<> confine(UnpackKind kind) {
  if (auto left = leave_the_parent(); !left) return left;
  if (::unshare(CLONE_NEWNET | CLONE_NEWIPC) != 0) return refused("unshare");
  if (::chroot(".") != 0 || ::chdir("/") != 0) return refused("chroot");
  if (auto given = give_up_privileges(limits::unpack_memory_bytes); !given) return given;
  // SYS_ADMIN: attributes of the trusted namespace, which is how overlayfs marks an opaque directory.
  const bool kept = kind == UnpackKind::layer
                        ? keep_capabilities({CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID, CAP_MKNOD,
                                             CAP_SETFCAP, CAP_SYS_ADMIN})
                        : keep_capabilities({});
  if (!kept) return refused("capset");
  return {};
}

Result<> confine_mkfs(const std::string& directory, const std::string& file) {
  if (auto left = leave_the_parent(); !left) return left;
  if (auto entered = enter_erofs_room(directory, file); !entered) return entered;
  if (auto given = give_up_privileges(limits::mkfs_memory_bytes); !given) return given;
  if (!keep_capabilities({CAP_DAC_READ_SEARCH, CAP_SYS_ADMIN}, true)) return refused("capset");
  return {};
}

}  // namespace slipway::agent
