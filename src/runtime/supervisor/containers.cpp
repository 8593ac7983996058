#include "runtime/supervisor/containers.hpp"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "runtime/supervisor/child.hpp"
#include "runtime/supervisor/protocol.hpp"
#include "runtime/supervisor/rootfs.hpp"
#include "runtime/system/process.hpp"

namespace slipway::runtime {

using std::chrono::milliseconds, std::chrono::steady_clock;

namespace {

// A line behind what crun wrote to its log, which stays the cause where there is one. Empty: it ended well.
std::string crun_failure(int how, int status) {
  if (how == CLD_EXITED && status == 0) return "";
  if (how == CLD_EXITED) return "\n";
  return "\ncrun was killed by signal " + std::to_string(status) + " (" + ::strsignal(status) + ")";
}

}  // namespace

Containers::Containers(Loop& loop, NodePaths paths, Cgroups cgroups,
                       std::function<void(const ContainerStatus&)> exited, Probes::Ended probed)
    : loop_(loop),
      paths_(std::move(paths)),
      cgroups_(std::move(cgroups)),
      exited_(std::move(exited)),
      boot_id_(runtime::boot_id()),
      layer_mounts_(paths_.layer_mounts()),
      probes_(loop, paths_.run_dir, paths_.crun_root(), std::move(probed),
              [this](const std::vector<std::string>& argv, SpawnOptions options) {
                return spawn_crun(argv, std::move(options));
              }) {
  loop_.watch(exit_writer_.event_fd(), EPOLLIN, [this](std::uint32_t) { exit_written(); });
}

Containers::~Containers() {
  loop_.forget(exit_writer_.event_fd());
  for (auto& [id, child] : children_)
    if (child->pidfd) loop_.forget(child->pidfd.get());
}

void Containers::run(const std::string& id, Started started) {
  if (!is_name(id)) return started(fail("InvalidParameterException", "Invalid container id: " + id));
  if (children_.contains(id)) return started(fail("Conflict", "Container " + id + " exists already."));
  if (children_.size() >= limits::supervisor_containers)
    return started(
        fail("LimitExceeded", "This node has " + std::to_string(children_.size()) + " containers already."));
  auto child = std::make_unique<Child>();
  child->directory = paths_.container(id);
  auto text = read_file(child->directory + launch_file);
  if (!text) return started(pass(text));
  auto launch_record = parse_launch(*text);
  if (!launch_record || launch_record->id != id)
    return started(fail("InvalidParameterException", child->directory + launch_file + " is not readable."));
  child->launch = std::move(*launch_record);
  if (auto begun = launch(*child); !begun) {
    unmount(*child);
    return started(pass(begun));
  }
  child->on_started = std::move(started);
  children_.emplace(id, std::move(child));
}

Result<> Containers::launch(Child& child) {
  const LaunchRecord& record = child.launch;
  auto layers = layer_mounts_.mount(record.layers);
  if (!layers) return pass(layers);
  if (auto mounted = mount_rootfs(child.directory, *layers); !mounted) return mounted;
  child.stdio = std::make_unique<Stdio>(loop_, child.directory);
  const std::string console_socket = paths_.run_dir + "/console." + std::to_string(++launches_);
  if (auto made = child.stdio->create(record, console_socket); !made) return made;
  auto ends = child.stdio->container_ends();
  if (!ends) return pass(ends);

  std::vector<std::string> argv = {record.crun,
                                   "--root",
                                   paths_.crun_root(),
                                   "--log",
                                   child.directory + "/crun.log",
                                   "--cgroup-manager",
                                   "cgroupfs",
                                   "run",
                                   "--detach",
                                   "--bundle",
                                   child.directory,
                                   "--pid-file",
                                   child.directory + pid_file};
  if (record.tty) argv.insert(argv.end(), {"--console-socket", console_socket});
  argv.push_back(record.id);
  auto crun = spawn_crun(
      argv, {.stdin_fd = ends->in.get(), .stdout_fd = ends->out.get(), .stderr_fd = ends->err.get()});
  if (!crun) return pass(crun);
  child.runtime = *crun;
  child.runtime_deadline = steady_clock::now() + milliseconds(limits::oci_runtime_timeout_ms);
  by_runtime_[*crun] = record.id;
  return {};
}

Result<pid_t> Containers::spawn_crun(const std::vector<std::string>& argv, SpawnOptions options) {
  options.program = crun_.path(argv[0]);
  if (auto crun = spawn(argv, options)) return crun;
  options.program.clear();  // a host may forbid programs that are no files
  return spawn(argv, options);
}

void Containers::launched(const std::string& id, const std::string& failure) {
  Child& child = *children_.at(id);
  child.runtime = -1;
  Started started = std::move(child.on_started);
  Result<StartRecord> start =
      failure.empty() ? record_start(child)
                      : fail("RuntimeError", read_file_or_empty(child.directory + "/crun.log") + failure);
  if (start) {
    child.phase = Child::Phase::running;
    by_pid_[pid_t(start->pid)] = id;
    if (auto pidfd = open_pidfd(pid_t(start->pid))) child.pidfd = std::move(*pidfd);
    if (started) started(std::move(start));
    if (auto over = unnamed_.find(pid_t(child.start.pid)); over != unnamed_.end()) {
      by_pid_.erase(over->first);
      finish(child, over->second, true);
    }
    return;
  }
  child.stdio.reset();
  child.phase = Child::Phase::exited;
  unmount(child);
  cgroups_.kill_all(child.launch.cgroup, 1'000);
  (void)cgroups_.remove(child.launch.cgroup);
  (void)remove_tree(paths_.crun_root() + "/" + id);
  std::vector<Reply> removed = std::move(child.on_removed);
  children_.erase(id);
  if (started) started(std::move(start));
  for (Reply& reply : removed) reply({});
}

// crun has ended well, so the process is there: running, or a zombie of ours.
Result<StartRecord> Containers::record_start(Child& child) {
  const auto pid = parse_number(read_file_or_empty(child.directory + pid_file));
  if (!pid || *pid <= 0) return fail("HostError", "crun named no process", 500);
  child.start = {.pid = *pid,
                 .start_ticks = process_start_ticks(pid_t(*pid)).value_or(0),
                 .boot_id = boot_id_,
                 .started_ns = now_ns()};
  // Not synced: after a loss of power there is no such process either.
  auto written = write_file(child.directory + start_file, start_json(child.start), 0600);
  if (!written) log::warn("started.json", {{"error", written.error().message}});
  return child.start;
}

Result<> Containers::signal(const std::string& id, int number) {
  auto found = children_.find(id);
  if (found == children_.end()) return fail("ResourceNotFoundException", "There is no container " + id + ".");
  Child& child = *found->second;
  if (child.phase == Child::Phase::launching)
    return fail("Conflict", "Container " + id + " is being started.");
  if (child.phase != Child::Phase::running || !child.pidfd) return {};
  if (::syscall(SYS_pidfd_send_signal, child.pidfd.get(), number, nullptr, 0) != 0 && errno != ESRCH)
    return fail_errno("signal " + std::to_string(number));
  return {};
}

Result<> Containers::probe(const std::string& id, std::int64_t timeout_ms) {
  auto found = children_.find(id);
  if (found == children_.end()) return fail("ResourceNotFoundException", "There is no container " + id + ".");
  const Child& child = *found->second;
  if (child.phase != Child::Phase::running) return fail("Conflict", "Container " + id + " does not run.");
  return probes_.begin(child.launch, child.directory, timeout_ms);
}

ContainerStatus Containers::status(const Child& child) const {
  ContainerStatus status{.id = child.launch.id,
                         .task_id = child.launch.task_id,
                         .pid = child.exit ? 0 : child.start.pid,
                         .started_at = {child.start.started_ns / 1'000'000}};
  if (child.phase == Child::Phase::exited) {
    status.state = ContainerStatus::State::exited;
    status.exit = child.exit;
  }
  return status;
}

std::optional<ContainerStatus> Containers::get(const std::string& id) const {
  auto found = children_.find(id);
  if (found == children_.end() || found->second->phase == Child::Phase::launching) return std::nullopt;
  return status(*found->second);
}

std::vector<ContainerStatus> Containers::list(const std::string& after, std::size_t most) const {
  std::vector<ContainerStatus> found;
  for (auto at = children_.upper_bound(after); at != children_.end() && found.size() < most; ++at)
    if (at->second->phase != Child::Phase::launching) found.push_back(status(*at->second));
  return found;
}

void Containers::remove(const std::string& id, Reply reply) {
  auto found = children_.find(id);
  if (found == children_.end()) return reply({});
  Child& child = *found->second;
  if (child.phase == Child::Phase::launching || child.phase == Child::Phase::running)
    return reply(fail("Conflict", "Container " + id + " is running."));
  if (child.phase == Child::Phase::ending || child.runtime >= 0) {
    child.on_removed.push_back(std::move(reply));
    return;
  }
  children_.erase(found);
  reply({});
}

void Containers::reap() {
  struct Ended {
    pid_t pid;
    int code;
    std::string crun_failure;
  };
  std::vector<Ended> ended;
  siginfo_t info{};
  while (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG) == 0 && info.si_pid > 0) {
    const int code = exit_code_of(info.si_code, info.si_status);
    if (!probes_.reaped(info.si_pid, code))
      ended.push_back({info.si_pid, code, crun_failure(info.si_code, info.si_status)});
    info.si_pid = 0;
  }
  for (const auto& [pid, code, failure] : ended)
    if (!by_runtime_.contains(pid) && !by_pid_.contains(pid)) unnamed_[pid] = code;
  for (const auto& [pid, code, failure] : ended) {
    auto found = by_runtime_.find(pid);
    if (found == by_runtime_.end()) continue;
    const std::string id = found->second;
    by_runtime_.erase(found);
    if (children_.at(id)->phase == Child::Phase::launching)
      launched(id, failure);
    else
      cleaned_up(id);
  }
  for (const auto& [pid, code, failure] : ended) {
    auto found = by_pid_.find(pid);
    if (found == by_pid_.end()) continue;
    Child& child = *children_.at(found->second);
    by_pid_.erase(found);
    finish(child, code, true);
  }
  if (by_runtime_.empty()) unnamed_.clear();  // orphans of containers: ours to bury, no more
}

void Containers::finish(Child& child, int exit_code, bool code_known, bool host_restarted) {
  if (child.phase != Child::Phase::running) return;
  child.phase = Child::Phase::ending;
  if (child.pidfd) loop_.forget(child.pidfd.get());
  child.pidfd.reset();
  // With a PID namespace of its own nothing is left; without one this is what ends the container.
  if (!cgroups_.kill_all(child.launch.cgroup, 1'000))
    log::warn("processes of a container remain", {{"container", child.launch.id}});
  if (child.stdio) child.stdio->drain_and_close();
  child.stdio.reset();
  child.exit = ExitInfo{.exit_code = exit_code,
                        .code_known = code_known,
                        .oom_killed = cgroups_.oom_kills(child.launch.cgroup) > 0,
                        .finished_at = {now_ns() / 1'000'000},
                        .host_restarted = host_restarted};
  exit_writer_.write(child.launch.id, child.directory + exit_file, exit_json(*child.exit));
}

void Containers::exit_written() {
  for (const ExitWriter::Done& done : exit_writer_.take()) {
    auto found = children_.find(done.id);
    if (found == children_.end()) continue;
    Child& child = *found->second;
    // Told even where the disk refused it: waiting would not bring it there.
    child.phase = Child::Phase::exited;
    exited_(status(child));
    clean_up(child);
  }
}

// Frees what the kernel holds; files stay until the container is removed.
void Containers::clean_up(Child& child) {
  unmount(child);
  auto crun = spawn_crun({child.launch.crun, "--root", paths_.crun_root(), "--cgroup-manager", "cgroupfs",
                          "delete", "--force", child.launch.id},
                         {});
  if (!crun) {
    cleaned_up(child.launch.id);
    return;
  }
  child.runtime = *crun;
  child.runtime_deadline = steady_clock::now() + milliseconds(limits::oci_runtime_timeout_ms);
  by_runtime_[*crun] = child.launch.id;
}

// A layer that another container stands on stays mounted, for the next that comes to share it.
void Containers::unmount(const Child& gone) {
  unmount_rootfs(gone.directory);
  layer_mounts_.unmount(gone.launch.layers, [&](const std::string& layer) {
    return std::ranges::any_of(children_, [&](const auto& entry) {
      const Child& other = *entry.second;
      return &other != &gone && other.phase != Child::Phase::exited &&
             std::ranges::find(other.launch.layers, layer) != other.launch.layers.end();
    });
  });
}

void Containers::cleaned_up(const std::string& id) {
  Child& child = *children_.at(id);
  child.runtime = -1;
  (void)cgroups_.remove(child.launch.cgroup);  // where crun could not, or knew nothing of it
  (void)remove_tree(paths_.crun_root() + "/" + id);
  if (child.on_removed.empty()) return;
  std::vector<Reply> replies = std::move(child.on_removed);
  children_.erase(id);
  for (Reply& reply : replies) reply({});
}

void Containers::tick() {
  probes_.tick();
  const auto now = steady_clock::now();
  for (const auto& [pid, id] : by_runtime_)
    if (children_.at(id)->runtime_deadline < now) ::kill(pid, SIGKILL);
}

std::size_t Containers::running() const {
  return std::size_t(std::ranges::count_if(children_, [](const auto& entry) {
    return entry.second->phase == Child::Phase::launching || entry.second->phase == Child::Phase::running;
  }));
}

std::size_t Containers::launching() const {
  return std::size_t(std::ranges::count_if(
      children_, [](const auto& entry) { return entry.second->phase == Child::Phase::launching; }));
}

bool Containers::idle() {
  return by_runtime_.empty() && exit_writer_.idle() && std::ranges::none_of(children_, [](const auto& entry) {
           return entry.second->phase == Child::Phase::ending;
         });
}

std::map<std::string, Stdio::Kept> Containers::kept() const {
  std::map<std::string, Stdio::Kept> all;
  for (const auto& [id, child] : children_)
    if (child->stdio) all[id] = child->stdio->kept();
  return all;
}

}  // namespace slipway::runtime
