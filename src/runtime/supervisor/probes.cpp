#include "runtime/supervisor/probes.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "base/limits.hpp"
#include "runtime/supervisor/protocol.hpp"

namespace slipway::runtime {
namespace {

using std::chrono::milliseconds, std::chrono::steady_clock;

constexpr auto kill_again = std::chrono::seconds(1);

bool still_runs(pid_t child) {
  siginfo_t info{};
  return ::waitid(P_PID, id_t(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
}

// A shell that is killed leaves what it waited for. Parents first: what they start meanwhile is theirs.
void kill_with_children(pid_t pid) {
  const std::string task = std::to_string(pid);
  std::istringstream children(read_file_or_empty("/proc/" + task + "/task/" + task + "/children"));
  ::kill(pid, SIGKILL);
  for (pid_t child; children >> child;) kill_with_children(child);
}

}  // namespace

Probes::Probes(Loop& loop, std::string run_dir, std::string crun_root, Ended ended, Spawn spawn)
    : loop_(loop),
      run_dir_(std::move(run_dir)),
      crun_root_(std::move(crun_root)),
      ended_(std::move(ended)),
      spawn_(std::move(spawn)) {}

Probes::~Probes() {
  for (auto& [crun, probe] : probes_) forget(probe);
}

Result<> Probes::begin(const LaunchRecord& launch, const std::string& directory, std::int64_t timeout_ms) {
  if (std::ranges::any_of(probes_, [&](const auto& entry) { return entry.second.launch.id == launch.id; }))
    return fail("Conflict", "Container " + launch.id + " is being probed.");
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return fail_errno("pipe");
  Probe probe{.launch = launch,
              .pid_path = run_dir_ + "/probe." + std::to_string(++begun_),
              .output_fd = Fd(ends[0]),
              .deadline = steady_clock::now() + milliseconds(timeout_ms)};
  const Fd write_end(ends[1]);
  ::fcntl(write_end.get(), F_SETFL, 0);  // a program expects to wait where nobody reads
  auto crun = spawn_({launch.crun, "--root", crun_root_, "--cgroup-manager", "cgroupfs", "exec", "--pid-file",
                      probe.pid_path, "--process", directory + probe_file, launch.id},
                     {.stdout_fd = write_end.get(), .stderr_fd = write_end.get()});
  if (!crun) return pass(crun);
  const pid_t pid = *crun;
  loop_.watch(probe.output_fd.get(), EPOLLIN, [this, pid](std::uint32_t) { read_output(probes_.at(pid)); });
  probes_.emplace(pid, std::move(probe));
  return {};
}

// All of it, so that nobody waits to write; the beginning is kept.
void Probes::read_output(Probe& probe) {
  char buffer[4096];
  for (;;) {
    const ssize_t got = ::read(probe.output_fd.get(), buffer, sizeof buffer);
    if (got > 0)
      probe.output.append(buffer, std::min(std::size_t(got), limits::probe_output_bytes - probe.output.size()));
    if (got > 0 || (got < 0 && errno == EINTR)) continue;
    if (got == 0) loop_.forget(probe.output_fd.get());
    return;
  }
}

bool Probes::reaped(pid_t pid, int exit_code) {
  auto found = probes_.find(pid);
  if (found == probes_.end()) return false;
  Probe probe = std::move(found->second);
  read_output(probe);
  forget(probe);
  probes_.erase(found);
  ended_(probe.launch, {exit_code, probe.timed_out, std::move(probe.output)});
  return true;
}

void Probes::forget(Probe& probe) {
  loop_.forget(probe.output_fd.get());
  ::unlink(probe.pid_path.c_str());
}

void Probes::tick() {
  const auto now = steady_clock::now();
  for (auto& [crun, probe] : probes_) {
    if (now < probe.deadline) continue;
    // Once more and it is crun that hangs.
    if (probe.timed_out) ::kill(crun, SIGKILL);
    probe.timed_out = true;
    probe.deadline = now + kill_again;
    kill(crun, probe);
  }
}

// While crun runs it has not waited for its child: the number is still that one's.
void Probes::kill(pid_t crun, const Probe& probe) {
  const auto pid = parse_number(read_file_or_empty(probe.pid_path));
  if (!pid || *pid <= 1 || !still_runs(crun)) return;
  kill_with_children(pid_t(*pid));
}

void Probes::abandon() {
  for (auto& [crun, probe] : probes_) {
    kill(crun, probe);
    ::kill(crun, SIGKILL);
    forget(probe);
  }
  probes_.clear();
}

}  // namespace slipway::runtime
