#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "runtime/cgroup/cgroups.hpp"
#include "runtime/cgroup/own_mounts.hpp"
#include "runtime/paths.hpp"
#include "runtime/supervisor.hpp"
#include "runtime/supervisor/containers.hpp"
#include "runtime/supervisor/server.hpp"
#include "runtime/supervisor/upgrade.hpp"
#include "runtime/system/process.hpp"

namespace slipway::runtime {
namespace {

constexpr int exit_ok = 0, exit_failed = 1, exit_served_already = 3;

struct Signals {
  sigset_t set;
  Signals() {
    ::sigemptyset(&set);
    for (int number : {SIGCHLD, SIGTERM, SIGINT}) ::sigaddset(&set, number);
    ::sigprocmask(SIG_SETMASK, &set, nullptr);
    for (int number : {SIGPIPE, SIGHUP}) ::signal(number, SIG_IGN);
  }
};

Result<Fd> take_lock(const NodePaths& paths) {
  Fd lock(::open(paths.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock) return fail_errno(paths.lock());
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return fail("Conflict", "another supervisor serves this node");
    return fail_errno(paths.lock());
  }
  return lock;
}

Result<Fd> listen_on(const std::string& path) {
  sockaddr_un address{.sun_family = AF_UNIX};
  if (path.size() >= sizeof address.sun_path) return fail_errno(path, ENAMETOOLONG);
  std::memcpy(address.sun_path, path.c_str(), path.size());
  Fd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  ::unlink(path.c_str());
  if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    return fail_errno(path);
  if (::chmod(path.c_str(), 0600) != 0 || ::listen(socket.get(), 64) != 0) return fail_errno(path);
  return socket;
}

// A crun that a killed supervisor had under way would start its container behind our back.
void kill_leftovers(const Cgroups& cgroups, const std::string& group) {
  // One hierarchy that crun does use: in others it leaves containers where it found them, which is here.
  for (pid_t pid : cgroups.direct_processes("memory", group))
    if (pid != ::getpid()) ::kill(pid, SIGKILL);
}

// Survive the server's unit, its session and its memory limit.
Result<> settle(const Cgroups& cgroups, const NodePaths& paths) {
  ::setsid();
  const std::string group = paths.supervisor_cgroup();
  if (auto made = cgroups.create(group); !made) return made;
  kill_leftovers(cgroups, group);
  if (auto entered = cgroups.enter(group, ::getpid()); !entered) return entered;
  (void)write_control("/proc/self/oom_score_adj", "-900");  // without CAP_SYS_RESOURCE it stays as it is
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  return enter_own_mounts(cgroups);
}

void redirect_stdio(const NodePaths& paths) {
  Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  Fd log(::open(paths.log().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  ::dup2(null.get(), 0);
  ::dup2(null.get(), 1);
  ::dup2(log ? log.get() : null.get(), 2);
}

class Supervisor {
 public:
  Supervisor(const SupervisorOptions& options, const NodePaths& paths, Fd lock, Fd listener)
      : options_(options),
        paths_(paths),
        lock_(std::move(lock)),
        listener_(std::move(listener)),
        server_(loop_, listener_.get()),
        containers_(
            loop_, paths, Cgroups::detect(), [this](const ContainerStatus& s) { server_.publish(s); },
            [this](const LaunchRecord& of, const ProbeResult& result) { server_.publish(of, result); }) {
    server_.serve(containers_);
  }

  int run(const Handover& handover) {
    Signals blocked;
    signals_.reset(::signalfd(-1, &blocked.set, SFD_CLOEXEC | SFD_NONBLOCK));
    loop_.watch(signals_.get(), EPOLLIN, [this](std::uint32_t) { on_signal(); });
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    containers_.recover(handover.stdio);
    for (auto [client, subscribed] : handover.clients) server_.adopt(client, subscribed);
    if (handover.asking_client >= 0)
      server_.answer(handover.asking_client, handover.asking_number, Message{});
    log::info("supervisor serves", {{"node", options_.node_id}, {"pid", ::getpid()}});
    loop_.run([this] { after_each(); });
    ::unlink(paths_.socket().c_str());
    return exit_ok;
  }

 private:
  void on_signal() {
    signalfd_siginfo info;
    while (::read(signals_.get(), &info, sizeof info) == ssize_t(sizeof info))
      if (info.ssi_signo != SIGCHLD) loop_.stop();  // containers go on without us
    containers_.reap();
  }

  void after_each() {
    containers_.tick();
    if (server_.finished() && containers_.idle()) loop_.stop();
    // A node whose directory was deleted: nobody can find us again, and nobody would end us.
    if (containers_.running() == 0 && ::access(paths_.lock().c_str(), F_OK) != 0 && errno == ENOENT)
      loop_.stop();
    if (auto upgrade = server_.wanted_upgrade(); upgrade && containers_.idle()) {
      const Handover handover{.listener = listener_.get(),
                              .lock = lock_.get(),
                              .clients = server_.clients(),
                              .stdio = containers_.kept(),
                              .asking_client = upgrade->client,
                              .asking_number = upgrade->number};
      containers_.abandon_probes();
      std::vector<std::string> argv = {upgrade->path, upgrade->argument};
      for (std::string& argument : supervisor_arguments(options_)) argv.push_back(std::move(argument));
      server_.refuse_upgrade(exec_with(upgrade->path, argv, handover));
    }
  }

  const SupervisorOptions options_;
  const NodePaths paths_;
  Loop loop_;
  Fd lock_, listener_, signals_;
  Server server_;
  Containers containers_;
};

int report(const Error& error) {
  std::fprintf(stderr, "supervisor: %s\n", error.message.c_str());
  return exit_failed;
}

int resume(SupervisorOptions options, const NodePaths& paths) {
  std::string text(limits::supervisor_message_bytes * 64, '\0');
  const ssize_t got = ::pread(options.resume_fd, text.data(), text.size(), 0);
  ::close(options.resume_fd);
  options.resume_fd = -1;
  text.resize(got > 0 ? std::size_t(got) : 0);
  const Handover handover = parse_handover(text);
  if (handover.listener < 0 || handover.lock < 0) return report({"HostError", "nothing to resume"});
  keep_over_exec(handover, false);
  Signals block_early;
  return Supervisor(options, paths, Fd(handover.lock), Fd(handover.listener)).run(handover);
}

}  // namespace

int supervisor_main(const SupervisorOptions& options) {
  if (!is_node_id(options.node_id) || options.node_dir.empty() || options.run_dir.empty())
    return report({"HostError", "--node, --node-dir and --run-dir are needed"});
  const NodePaths paths{options.node_id, options.node_dir, options.run_dir, options.cgroup_parent};
  ::umask(022);
  if (options.resume_fd >= 0) return resume(options, paths);

  for (const std::string& directory : {paths.run_dir, paths.node_dir, paths.containers(), paths.crun_root()})
    if (auto made = make_directories(directory, 0700); !made) return report(made.error());
  auto lock = take_lock(paths);
  if (!lock) return lock.error().code == "Conflict" ? exit_served_already : report(lock.error());
  const Cgroups cgroups = Cgroups::detect();
  if (auto settled = settle(cgroups, paths); !settled) return report(settled.error());
  auto listener = listen_on(paths.socket());
  if (!listener) return report(listener.error());
  if (::chdir("/") != 0) return report(fail_errno("/").error());

  // Whoever started us waits for this: clients may come from now on, and are served once we are ready.
  Signals block_before_the_fork;
  const pid_t child = ::fork();
  if (child < 0) return report(fail_errno("fork").error());
  if (child > 0) ::_exit(exit_ok);  // without touching what the child goes on using
  redirect_stdio(paths);
  return Supervisor(options, paths, std::move(*lock), std::move(*listener)).run({});
}

std::vector<std::string> supervisor_arguments(const SupervisorOptions& options) {
  return {"--node",    options.node_id, "--node-dir",      options.node_dir,
          "--run-dir", options.run_dir, "--cgroup-parent", options.cgroup_parent};
}

bool parse_supervisor_arguments(std::span<const char* const> arguments, SupervisorOptions& options) {
  for (std::size_t at = 0; at + 1 < arguments.size(); at += 2) {
    const std::string_view name = arguments[at];
    const std::string value = arguments[at + 1];
    if (name == "--node")
      options.node_id = value;
    else if (name == "--node-dir")
      options.node_dir = value;
    else if (name == "--run-dir")
      options.run_dir = value;
    else if (name == "--cgroup-parent")
      options.cgroup_parent = value;
    else if (name == "--resume-fd")
      options.resume_fd = int(parse_number(value).value_or(-1));
    else
      return false;
  }
  return arguments.size() % 2 == 0;
}

}  // namespace slipway::runtime
