#include "runtime/system/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <sstream>

#include "base/limits.hpp"

namespace slipway::runtime {
namespace {

std::int64_t monotonic_ms() {
  timespec time;
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000ll + time.tv_nsec / 1'000'000;
}

struct SpawnState {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  SpawnState() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
  }
  ~SpawnState() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }

  void redirect(int from, int to, int null_flags) {
    if (from < 0)
      ::posix_spawn_file_actions_addopen(&actions, to, "/dev/null", null_flags, 0);
    else
      ::posix_spawn_file_actions_adddup2(&actions, from, to);
  }
};

}  // namespace

Result<pid_t> spawn(const std::vector<std::string>& argv, const SpawnOptions& options) {
  SpawnState state;
  state.redirect(options.stdin_fd, 0, O_RDONLY);
  state.redirect(options.stdout_fd, 1, O_WRONLY);
  state.redirect(options.stderr_fd, 2, O_WRONLY);
  ::posix_spawn_file_actions_addclosefrom_np(&state.actions, 3);
  sigset_t none, all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&state.attributes, &none);
  ::posix_spawnattr_setsigdefault(&state.attributes, &all);
  short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  if (options.new_session) flags |= POSIX_SPAWN_SETSID;
  ::posix_spawnattr_setflags(&state.attributes, flags);

  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = -1;
  const char* program = options.program.empty() ? arguments[0] : options.program.c_str();
  const int error =
      ::posix_spawnp(&pid, program, &state.actions, &state.attributes, arguments.data(), environ);
  if (error != 0) return fail_errno(argv[0], error);
  return pid;
}

Result<Finished> run_helper(const std::vector<std::string>& argv, std::string_view input,
                            std::int64_t timeout_ms) {
  int in[2], out[2], err[2];
  if (::pipe2(in, O_CLOEXEC) != 0) return fail_errno("pipe");
  Fd in_read(in[0]), in_write(in[1]);
  if (::pipe2(out, O_CLOEXEC) != 0) return fail_errno("pipe");
  Fd out_read(out[0]), out_write(out[1]);
  if (::pipe2(err, O_CLOEXEC) != 0) return fail_errno("pipe");
  Fd err_read(err[0]), err_write(err[1]);
  auto pid =
      spawn(argv, {.stdin_fd = in_read.get(), .stdout_fd = out_write.get(), .stderr_fd = err_write.get()});
  if (!pid) return pass(pid);
  in_read.reset();
  out_write.reset();
  err_write.reset();
  ::fcntl(in_write.get(), F_SETFL, O_NONBLOCK);

  // SIGPIPE: a helper that does not read its input must not kill us; the caller may not have ignored it.
  sigset_t pipe_signal, before;
  ::sigemptyset(&pipe_signal);
  ::sigaddset(&pipe_signal, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);

  Finished finished;
  const std::int64_t deadline = monotonic_ms() + timeout_ms;
  bool in_time = true;
  while (out_read || err_read) {
    if (in_write && input.empty()) in_write.reset();
    pollfd fds[3] = {{in_write.get(), POLLOUT, 0}, {out_read.get(), POLLIN, 0}, {err_read.get(), POLLIN, 0}};
    const std::int64_t left = deadline - monotonic_ms();
    if (left <= 0) {
      in_time = false;
      break;
    }
    if (::poll(fds, 3, int(left)) < 0 && errno != EINTR) break;
    if (in_write && fds[0].revents) {
      const ssize_t written = ::write(in_write.get(), input.data(), input.size());
      if (written > 0) input.remove_prefix(std::size_t(written));
      if (written < 0 && errno != EAGAIN && errno != EINTR) in_write.reset();
    }
    auto take = [](Fd& fd, short revents, std::string& into) {
      if (!fd || !revents) return;
      char buffer[16 * 1024];
      const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
      if (got > 0) into.append(buffer, std::min(std::size_t(got), limits::helper_output_bytes - into.size()));
      if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) fd.reset();
    };
    take(out_read, fds[1].revents, finished.out);
    take(err_read, fds[2].revents, finished.err);
  }
  // It may have closed its output and go on.
  if (in_time)
    if (auto running = open_pidfd(*pid)) {
      pollfd ended{running->get(), POLLIN, 0};
      const std::int64_t left = std::max<std::int64_t>(deadline - monotonic_ms(), 0);
      in_time = ::poll(&ended, 1, int(left)) != 0;
    }
  if (!in_time) ::kill(*pid, SIGKILL);
  siginfo_t info{};
  while (::waitid(P_PID, id_t(*pid), &info, WEXITED) != 0 && errno == EINTR) {
  }
  timespec zero{};
  while (::sigtimedwait(&pipe_signal, nullptr, &zero) > 0) {
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (!in_time)
    return fail("HostError", argv[0] + " did not end within " + std::to_string(timeout_ms) + " ms", 500);
  finished.exit_code = exit_code_of(info.si_code, info.si_status);
  return finished;
}

namespace {

// Field 3, the state, and all after it: the command's name before may hold blanks and parentheses, and ends
// at the last ")".
std::vector<std::string> stat_from_state(pid_t pid) {
  const std::string text = read_file_or_empty("/proc/" + std::to_string(pid) + "/stat");
  std::vector<std::string> fields;
  const std::size_t end = text.rfind(')');
  if (end == text.npos) return fields;
  std::istringstream rest(text.substr(end + 1));
  for (std::string field; rest >> field;) fields.push_back(std::move(field));
  return fields;
}

template <class Number>
std::optional<Number> stat_number(const std::vector<std::string>& fields, std::size_t field) {
  if (fields.size() <= field - 3) return std::nullopt;
  const std::string& text = fields[field - 3];
  Number number{};
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) return std::nullopt;
  return number;
}

constexpr std::size_t start_time_field = 22, exit_code_field = 52;

}  // namespace

std::optional<std::uint64_t> process_start_ticks(pid_t pid) {
  return stat_number<std::uint64_t>(stat_from_state(pid), start_time_field);
}

std::optional<int> zombie_wait_status(pid_t pid, std::uint64_t start_ticks) {
  const std::vector<std::string> fields = stat_from_state(pid);
  if (fields.empty() || fields[0] != "Z") return std::nullopt;
  if (stat_number<std::uint64_t>(fields, start_time_field) != start_ticks) return std::nullopt;
  return stat_number<int>(fields, exit_code_field);
}

std::string boot_id() {
  std::string text = read_file_or_empty("/proc/sys/kernel/random/boot_id");
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

Result<Fd> open_pidfd(pid_t pid) {
  Fd fd(int(::syscall(SYS_pidfd_open, pid, 0)));
  if (!fd) return fail_errno("pidfd_open");
  return fd;
}

int exit_code_of(int how, int status) {
  return how == CLD_EXITED ? status : 128 + status;
}

}  // namespace slipway::runtime
