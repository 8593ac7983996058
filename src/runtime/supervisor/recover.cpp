// Finding containers again.
//
// After an upgrade by exec everything is as it was: the processes are still our children, and those that
// ended in between wait as zombies. After the death of a supervisor they have become init's children: a pidfd
// still tells when one ends. How it ended stands in /proc until init has waited for it, which may be at once,
// and since Linux 6.15 the pidfd tells it afterwards (PIDFD_GET_INFO). Where neither does, the exit code is
// lost and said to be.
#include <dirent.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <thread>

#include "base/log.hpp"
#include "runtime/output_format.hpp"
#include "runtime/supervisor/child.hpp"
#include "runtime/supervisor/protocol.hpp"
#include "runtime/system/process.hpp"

namespace slipway::runtime {
namespace {

constexpr int lost_exit_code = 255;

// linux/pidfd.h of 6.15; the headers of the build host may be older.
struct PidfdInfo {
  std::uint64_t mask;
  std::uint64_t cgroup_id;
  std::uint32_t pid, tgid, ppid, ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
  std::int32_t exit_code;
};
constexpr std::uint64_t pidfd_info_exit = 1 << 3;
constexpr unsigned long pidfd_get_info = _IOWR(0xff, 11, PidfdInfo);

int exit_code_of_wait(int status) {
  return status & 0x7f ? 128 + (status & 0x7f) : status >> 8 & 0xff;
}

// The pidfd knows it once its parent has waited for it: before that the zombie tells.
std::optional<int> exit_code_from(int pidfd, const StartRecord& start) {
  for (int attempt = 0; attempt < 20; ++attempt) {
    if (const auto status = zombie_wait_status(pid_t(start.pid), start.start_ticks))
      return exit_code_of_wait(*status);
    PidfdInfo info{.mask = pidfd_info_exit};
    if (::ioctl(pidfd, pidfd_get_info, &info) != 0 && errno != ESRCH) return std::nullopt;
    if (info.mask & pidfd_info_exit && info.exit_code >= 0) return exit_code_of_wait(info.exit_code);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return std::nullopt;
}

bool said_anything(const std::string& spool) {
  const auto segments = list_segments(spool);
  struct stat first;
  return segments.size() > 1 ||
         (!segments.empty() && ::stat((spool + "/" + segment_name(*segments.begin())).c_str(), &first) == 0 &&
          first.st_size > 0);
}

pid_t parent_of(pid_t pid) {
  const std::string status = read_file_or_empty("/proc/" + std::to_string(pid) + "/status");
  const std::size_t at = status.find("PPid:\t");
  if (at == status.npos) return 0;
  const std::size_t end = status.find('\n', at);
  return pid_t(parse_number(status.substr(at + 6, end - at - 6)).value_or(0));
}

}  // namespace

void Containers::recover(const std::map<std::string, Stdio::Kept>& kept) {
  std::vector<std::string> ids;
  if (DIR* directory = ::opendir(paths_.containers().c_str())) {
    while (const dirent* entry = ::readdir(directory))
      if (is_name(entry->d_name)) ids.emplace_back(entry->d_name);
    ::closedir(directory);
  }
  for (const std::string& id : ids) {
    auto found = kept.find(id);
    recover_one(id, found == kept.end() ? Stdio::Kept{} : found->second);
  }
  reap();
}

void Containers::recover_one(const std::string& id, Stdio::Kept kept) {
  const std::string directory = paths_.container(id);
  auto launch_record = parse_launch(read_file_or_empty(directory + launch_file));
  if (!launch_record || launch_record->id != id)
    return;  // the host never came to ask for it; its sweep removes it
  auto child = std::make_unique<Child>();
  child->launch = std::move(*launch_record);
  child->directory = directory;
  if (auto start = parse_start(read_file_or_empty(directory + start_file))) {
    child->start = *start;
  } else if (auto pid = parse_number(read_file_or_empty(directory + pid_file)); pid && *pid > 0) {
    // The supervisor died between crun's end and its own note. The cgroup proves that the pid is still the
    // container's.
    const std::string groups = read_file_or_empty("/proc/" + std::to_string(*pid) + "/cgroup");
    if (groups.find("/" + child->launch.cgroup + "\n") != groups.npos) {
      child->start.pid = *pid;
      (void)record_start(*child);
    }
  }
  const bool started = child->start.pid > 0;
  // Whoever gets as far as running a program has a group by then. After a loss of power there may be no note
  // of it, but what it said.
  if (!started && ::access((directory + exit_file).c_str(), F_OK) != 0 &&
      cgroups_.count(child->launch.cgroup) == 0 && !said_anything(directory + output_directory)) {
    // Whoever asked for it may ask again: a volatile overlay is not mounted over what an earlier one left.
    for (const std::string& left : {paths_.crun_root() + "/" + id, directory + "/upper", directory + "/work"})
      (void)remove_tree(left);
    return;
  }
  Child& placed = *children_.emplace(id, std::move(child)).first->second;

  if (auto exit = parse_exit(read_file_or_empty(directory + exit_file))) {
    placed.exit = *exit;
    placed.phase = Child::Phase::exited;
    struct stat status;
    if (::stat((paths_.crun_root() + "/" + id).c_str(), &status) == 0) clean_up(placed);
    return;
  }
  placed.phase = Child::Phase::running;
  placed.stdio = std::make_unique<Stdio>(loop_, directory);
  if (auto opened = placed.stdio->reopen(placed.launch, kept); !opened)
    log::warn("output of a container is not read", {{"container", id}, {"error", opened.error().message}});
  if (!started) placed.start.started_ns = now_ns();  // maybe: crun was at it
  const bool host_restarted = started && placed.start.boot_id != boot_id_;
  if (!adopt(placed, placed.start)) finish(placed, lost_exit_code, false, host_restarted);
}

// False when the process is gone without a trace.
bool Containers::adopt(Child& child, const StartRecord& start) {
  if (start.pid <= 0 || start.boot_id != boot_id_) return false;
  const auto pid = pid_t(start.pid);
  auto pidfd = open_pidfd(pid);
  if (!pidfd || process_start_ticks(pid) != start.start_ticks) return false;
  child.pidfd = std::move(*pidfd);
  if (parent_of(pid) == ::getpid())
    by_pid_[pid] = child.launch.id;  // reap() hears of it
  else
    watch_stranger(child);
  return true;
}

void Containers::watch_stranger(Child& child) {
  const std::string id = child.launch.id;
  loop_.watch(child.pidfd.get(), EPOLLIN, [this, id](std::uint32_t) {
    Child& ended = *children_.at(id);
    const auto code = exit_code_from(ended.pidfd.get(), ended.start);
    finish(ended, code.value_or(lost_exit_code), code.has_value());
  });
}

}  // namespace slipway::runtime
