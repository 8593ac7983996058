#include "agent/image/confine.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <initializer_list>

#include "agent/image/files.hpp"
#include "base/limits.hpp"

namespace slipway::agent {
namespace {

bool set_limit(__rlimit_resource resource, rlim_t value) {
  const rlimit limit{value, value};
  return ::setrlimit(resource, &limit) == 0;
}

bool set_limits() {
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)  // they reserve terabytes
  if (!set_limit(RLIMIT_AS, limits::unpack_memory_bytes)) return false;
#endif
  return set_limit(RLIMIT_CORE, 0) && set_limit(RLIMIT_NOFILE, 64) &&
         set_limit(RLIMIT_CPU, limits::unpack_cpu_s) && set_limit(RLIMIT_FSIZE, limits::image_layer_bytes);
}

bool keep_capabilities(std::initializer_list<unsigned> kept) {
  for (unsigned capability = 0; capability <= CAP_LAST_CAP; ++capability)
    if (::prctl(PR_CAPBSET_DROP, capability) != 0 && errno != EINVAL) return false;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  for (unsigned capability : kept) data[capability / 32].permitted |= 1u << (capability % 32);
  for (auto& half : data) half.effective = half.permitted;
  return ::syscall(SYS_capset, &header, data) == 0;
}

}  // namespace

Result<> confine(UnpackKind kind) {
  const auto refused = [](const char* what) {
    return disk_error(what, ::geteuid() == 0 ? "for unpacking" : "for unpacking, which needs root");
  };
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
  if (::unshare(CLONE_NEWNET | CLONE_NEWIPC) != 0) return refused("unshare");
  if (::chroot(".") != 0 || ::chdir("/") != 0) return refused("chroot");
  if (!set_limits()) return refused("setrlimit");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused("no_new_privs");
  // SYS_ADMIN: attributes of the trusted namespace, which is how overlayfs marks an opaque directory.
  const bool kept = kind == UnpackKind::layer
                        ? keep_capabilities({CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID, CAP_MKNOD,
                                             CAP_SETFCAP, CAP_SYS_ADMIN})
                        : keep_capabilities({});
  if (!kept) return refused("capset");
  return {};
}

}  // namespace slipway::agent
