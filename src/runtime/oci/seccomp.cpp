#include "runtime/oci/seccomp.hpp"

#include <cerrno>

#include <algorithm>

namespace slipway::runtime {
namespace {

// One string a kind of use: a list of 300 names in one column helps nobody who reads it.
constexpr std::string_view files =
    "read write open close stat fstat lstat stat64 fstat64 lstat64 fstatat64 newfstatat statx lseek _llseek "
    "pread64 pwrite64 readv writev preadv pwritev preadv2 pwritev2 access faccessat faccessat2 openat "
    "openat2 creat "
    "dup dup2 dup3 fcntl fcntl64 flock fsync fdatasync sync syncfs sync_file_range sync_file_range2 truncate "
    "truncate64 ftruncate ftruncate64 fallocate fadvise64 fadvise64_64 arm_fadvise64_64 readahead getdents "
    "getdents64 getcwd chdir fchdir rename renameat renameat2 mkdir mkdirat rmdir link linkat unlink "
    "unlinkat symlink "
    "symlinkat readlink readlinkat chmod fchmod fchmodat fchmodat2 chown chown32 fchown fchown32 fchownat "
    "lchown "
    "lchown32 umask utime utimes futimesat utimensat utimensat_time64 mknod mknodat statfs statfs64 fstatfs "
    "fstatfs64 "
    "ustat setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr "
    "removexattr "
    "lremovexattr fremovexattr setxattrat getxattrat listxattrat removexattrat sendfile sendfile64 splice "
    "tee "
    "vmsplice copy_file_range close_range ioctl inotify_init inotify_init1 inotify_add_watch "
    "inotify_rm_watch "
    "name_to_handle_at memfd_create memfd_secret landlock_create_ruleset landlock_add_rule "
    "landlock_restrict_self "
    "cachestat";

constexpr std::string_view memory =
    "mmap mmap2 mprotect munmap brk mremap msync mincore madvise mlock mlock2 munlock mlockall munlockall "
    "remap_file_pages pkey_mprotect pkey_alloc pkey_free membarrier map_shadow_stack mseal process_madvise";

constexpr std::string_view processes =
    "fork vfork execve execveat exit exit_group wait4 waitid waitpid getpid getppid gettid getpgid getpgrp "
    "setpgid "
    "getsid setsid getuid getuid32 getgid getgid32 geteuid geteuid32 getegid getegid32 setuid setuid32 "
    "setgid setgid32 "
    "setreuid setreuid32 setregid setregid32 setresuid setresuid32 getresuid getresuid32 setresgid "
    "setresgid32 "
    "getresgid getresgid32 setfsuid setfsuid32 setfsgid setfsgid32 getgroups getgroups32 setgroups "
    "setgroups32 capget "
    "capset prctl arch_prctl set_tid_address set_robust_list get_robust_list rseq set_thread_area "
    "get_thread_area "
    "modify_ldt getrlimit ugetrlimit setrlimit prlimit64 getrusage getpriority setpriority sched_yield "
    "sched_setparam "
    "sched_getparam sched_setscheduler sched_getscheduler sched_get_priority_max sched_get_priority_min "
    "sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity sched_getaffinity sched_setattr "
    "sched_getattr ioprio_set ioprio_get getcpu pidfd_open pidfd_send_signal seccomp restart_syscall uname "
    "sysinfo "
    "times ptrace process_vm_readv process_vm_writev process_mrelease kcmp breakpoint cacheflush set_tls "
    "riscv_flush_icache";

constexpr std::string_view signals_and_time =
    "rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigtimedwait_time64 "
    "rt_sigqueueinfo "
    "rt_tgsigqueueinfo rt_sigsuspend sigaltstack sigreturn signal sigaction sigprocmask sigpending "
    "sigsuspend kill "
    "tkill tgkill pause alarm getitimer setitimer nanosleep clock_nanosleep clock_nanosleep_time64 "
    "clock_gettime "
    "clock_gettime64 clock_getres clock_getres_time64 gettimeofday time timer_create timer_settime "
    "timer_settime64 "
    "timer_gettime timer_gettime64 timer_getoverrun timer_delete timerfd_create timerfd_settime "
    "timerfd_settime64 "
    "timerfd_gettime timerfd_gettime64 adjtimex clock_adjtime clock_adjtime64 signalfd signalfd4";

constexpr std::string_view waiting_and_ipc =
    "poll ppoll ppoll_time64 select _newselect pselect6 pselect6_time64 epoll_create epoll_create1 epoll_ctl "
    "epoll_ctl_old epoll_wait epoll_wait_old epoll_pwait epoll_pwait2 eventfd eventfd2 pipe pipe2 futex "
    "futex_time64 "
    "futex_waitv futex_wait futex_wake futex_requeue io_setup io_destroy io_getevents io_submit io_cancel "
    "io_pgetevents io_pgetevents_time64 ipc shmget shmat shmctl shmdt semget semop semtimedop "
    "semtimedop_time64 semctl "
    "msgget msgsnd msgrcv msgctl mq_open mq_unlink mq_timedsend mq_timedsend_time64 mq_timedreceive "
    "mq_timedreceive_time64 mq_notify mq_getsetattr getrandom";

constexpr std::string_view network =
    "socketcall connect accept accept4 sendto recvfrom recv send sendmsg recvmsg sendmmsg recvmmsg "
    "recvmmsg_time64 "
    "shutdown bind listen getsockname getpeername socketpair setsockopt getsockopt";

// Past the container, or a large attack surface that ordinary programs do without (io_uring as Docker since
// 25).
constexpr std::string_view denied =
    "acct add_key keyctl request_key bpf perf_event_open clock_settime clock_settime64 settimeofday stime "
    "create_module init_module finit_module delete_module get_kernel_syms query_module kexec_load "
    "kexec_file_load "
    "mount umount umount2 mount_setattr move_mount open_tree fsopen fsconfig fsmount fspick pivot_root "
    "chroot "
    "unshare setns nfsservctl open_by_handle_at quotactl quotactl_fd reboot swapon swapoff sethostname "
    "setdomainname "
    "syslog vhangup iopl ioperm lookup_dcookie mbind move_pages migrate_pages get_mempolicy set_mempolicy "
    "set_mempolicy_home_node userfaultfd fanotify_init fanotify_mark io_uring_setup io_uring_enter "
    "io_uring_register "
    "pidfd_getfd uselib _sysctl sysfs vm86 vm86old";

struct Opened {
  std::string_view capability;
  std::string_view calls;
};
constexpr Opened opened_by[] = {
    {"CAP_SYS_ADMIN",
     "bpf perf_event_open mount umount umount2 mount_setattr move_mount open_tree fsopen fsconfig fsmount "
     "fspick "
     "pivot_root unshare setns quotactl quotactl_fd sethostname setdomainname syslog lookup_dcookie "
     "fanotify_init "
     "fanotify_mark"},
    {"CAP_SYS_CHROOT", "chroot"},
    {"CAP_SYS_BOOT", "reboot kexec_load kexec_file_load"},
    {"CAP_SYS_MODULE", "init_module finit_module delete_module"},
    {"CAP_SYS_PACCT", "acct"},
    {"CAP_SYS_RAWIO", "iopl ioperm"},
    {"CAP_SYS_TIME", "clock_settime clock_settime64 settimeofday stime"},
    {"CAP_SYS_TTY_CONFIG", "vhangup"},
    {"CAP_SYS_NICE", "mbind move_pages migrate_pages get_mempolicy set_mempolicy set_mempolicy_home_node"},
    {"CAP_SYS_PTRACE", "pidfd_getfd"},
    {"CAP_SYSLOG", "syslog"},
    {"CAP_BPF", "bpf"},
    {"CAP_PERFMON", "perf_event_open"},
    {"CAP_DAC_READ_SEARCH", "open_by_handle_at"},
};

constexpr std::string_view allow = "SCMP_ACT_ALLOW", refuse = "SCMP_ACT_ERRNO";

// CLONE_NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET
constexpr std::uint64_t clone_namespaces = 0x7e020000;
constexpr std::uint64_t address_family_vsock = 40;

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> list;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) list.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return list;
}

bool has(std::span<const std::string> capabilities, std::string_view name) {
  return std::ranges::find(capabilities, name) != capabilities.end();
}

void add_clone(std::vector<SeccompRule>& rules, bool may_make_namespaces) {
  if (may_make_namespaces) {
    rules.push_back({{"clone", "clone3"}, allow, 0, {}});
    return;
  }
  rules.push_back({{"clone"}, allow, 0, {{0, clone_namespaces, 0, "SCMP_CMP_MASKED_EQ"}}});
  // clone3 hands its flags over in memory, where a filter cannot look; without it libc uses clone.
  rules.push_back({{"clone3"}, refuse, ENOSYS, {}});
}

}  // namespace

std::vector<SeccompRule> seccomp_rules(std::span<const std::string> capabilities) {
  std::vector<SeccompRule> rules;
  std::vector<std::string_view> allowed, refused = words(denied);
  for (std::string_view group : {files, memory, processes, signals_and_time, waiting_and_ipc, network})
    std::ranges::copy(words(group), std::back_inserter(allowed));
  for (const Opened& opened : opened_by) {
    if (!has(capabilities, opened.capability)) continue;
    for (std::string_view name : words(opened.calls)) {
      if (std::erase(refused, name) > 0) allowed.push_back(name);
    }
  }
  rules.push_back({std::move(allowed), allow, 0, {}});
  rules.push_back({std::move(refused), refuse, EPERM, {}});
  add_clone(rules, has(capabilities, "CAP_SYS_ADMIN"));
  // Linux, Linux with a 64-bit layout's flags, and "what is it now?" (personality(2)).
  for (std::uint64_t persona : {0x0ull, 0x0008ull, 0x20000ull, 0x20008ull, 0xffffffffull})
    rules.push_back({{"personality"}, allow, 0, {{0, persona, 0, "SCMP_CMP_EQ"}}});
  // Every socket but vsock, which reaches the hypervisor.
  rules.push_back({{"socket"}, allow, 0, {{0, address_family_vsock, 0, "SCMP_CMP_NE"}}});
  return rules;
}

std::vector<std::string_view> seccomp_architectures(std::string_view machine) {
  if (machine == "x86_64") return {"SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"};
  if (machine == "aarch64") return {"SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"};
  return {};
}

}  // namespace slipway::runtime
