// Containers outlive whoever started them (design §5): each test kills something and looks at what is left.
#include <sys/prctl.h>
#include <sys/wait.h>

#include <algorithm>

#include "runtime/host_fixture.hpp"
#include "runtime/supervisor/protocol.hpp"
#include "runtime/supervisor/records.hpp"

namespace slipway::runtime {
namespace {

class SurvivalTest : public HostTest {
 protected:
  // A counter that says a line every few milliseconds, and ends with 9 once told to.
  ContainerSpec counter(const std::string& id) {
    return shell(id,
                 "trap 'echo end; exit 9' TERM; i=0; while true; do i=$((i+1)); echo $i; sleep 0.01; done");
  }
  // Lines 1, 2, 3 … without a gap.
  static void expect_unbroken(const std::string& text) {
    int expected = 1;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      ASSERT_NE(end, text.npos) << "a torn line: " << text.substr(at);
      const std::string line = text.substr(at, end - at);
      if (line != "end") {
        ASSERT_EQ(line, std::to_string(expected++));
      }
      at = end + 1;
    }
    EXPECT_GT(expected, 1);
  }
  bool lines_at_least(const std::string& id, int count) {
    const std::string text = output_of(id);
    return std::count(text.begin(), text.end(), '\n') >= count;
  }
};

TEST_F(SurvivalTest, TheOwnerIsKilled) {
  // The owner is a process of its own this time, and dies by SIGKILL.
  host.reset();
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t owner = ::fork();
  if (owner == 0) {
    auto own = make_linux_host(options);
    bool ok = own->prepare() && own->start_container(counter("long")) &&
              own->start_container(shell("short", "echo told; sleep 0.3; exit 5"));
    (void)!::write(ready[1], ok ? "y" : "n", 1);
    ::pause();
  }
  char ok = 0;
  ASSERT_EQ(::read(ready[0], &ok, 1), 1);
  ASSERT_EQ(ok, 'y');
  ::kill(owner, SIGKILL);
  ::waitpid(owner, nullptr, 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(600));  // "short" ends while nobody looks

  ASSERT_NO_FATAL_FAILURE(restart_host());
  auto all = host->containers();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ(host->container("short")->exit->exit_code, 5);
  EXPECT_EQ(output_of("short"), "told\n");
  EXPECT_EQ(host->container("long")->state, ContainerStatus::State::running);
  EXPECT_TRUE(lines_at_least("long", 5));
  ASSERT_TRUE(host->signal_container("long", SIGTERM));
  EXPECT_EQ(wait_exit("long").exit->exit_code, 9);
  expect_unbroken(output_of("long"));
}

// A start that was asked for is found by the next life, although crun is still at it when that one comes.
TEST_F(SurvivalTest, TheOwnerIsKilledOverAStart) {
  host.reset();
  const std::string begun = directory / "begun";
  options.crun = directory / "slow-crun";
  ASSERT_TRUE(
      write_file(options.crun, "#!/bin/sh\ntouch " + begun + "\nsleep 0.4\nexec crun \"$@\"\n", 0755));
  const pid_t owner = ::fork();
  if (owner == 0) {
    auto own = make_linux_host(options);
    if (own->prepare()) (void)own->start_container(counter("slow"));
    ::pause();
  }
  ASSERT_TRUE(eventually([&] { return ::access(begun.c_str(), F_OK) == 0; }));
  ::kill(owner, SIGKILL);
  ::waitpid(owner, nullptr, 0);
  ASSERT_NO_FATAL_FAILURE(restart_host());
  auto all = host->containers();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 1u);
  EXPECT_EQ(all->at(0).state, ContainerStatus::State::running);
  ASSERT_TRUE(host->sweep(std::vector<std::string>{"t-slow"}));
  ASSERT_TRUE(eventually([&] { return lines_at_least("slow", 5); }));
  ASSERT_TRUE(host->signal_container("slow", SIGTERM));
  EXPECT_EQ(wait_exit("slow").exit->exit_code, 9);
}

TEST_F(SurvivalTest, TheSupervisorIsKilled) {
  ASSERT_TRUE(host->start_container(counter("long")));
  ASSERT_TRUE(eventually([&] { return lines_at_least("long", 5); }));
  const pid_t before = supervisor_pid();
  ASSERT_GT(before, 1);
  const std::int64_t container = host->container("long")->pid;
  ::kill(before, SIGKILL);
  bool told = false;
  ASSERT_TRUE(eventually([&] {
    for (const auto& event : host->take_events())
      told = told || event.kind == ContainerEvent::Kind::supervisor_restarted;
    return told;
  }));
  EXPECT_NE(supervisor_pid(), before);
  const auto status = host->container("long");
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(status->state, ContainerStatus::State::running);
  EXPECT_EQ(status->pid, container);
  const int seen = int(std::ranges::count(output_of("long"), '\n'));
  EXPECT_TRUE(eventually([&] { return lines_at_least("long", seen + 5); })) << "it is still listened to";
  ASSERT_TRUE(host->start_container(shell("new", "echo new; exit 4")));
  EXPECT_EQ(wait_exit("new").exit->exit_code, 4);
  ASSERT_TRUE(host->signal_container("long", SIGTERM));
  const auto exit = *wait_exit("long").exit;
  EXPECT_EQ(exit.exit_code, exit.code_known ? 9 : 255);
  expect_unbroken(output_of("long"));
}

// crun had not come to anything: the next supervisor is asked again, and it runs once.
TEST_F(SurvivalTest, TheSupervisorIsKilledOverAStart) {
  host.reset();
  const std::string begun = directory / "begun";
  options.crun = directory / "slow-crun";
  ASSERT_TRUE(
      write_file(options.crun, "#!/bin/sh\ntouch " + begun + "\nsleep 0.3\nexec crun \"$@\"\n", 0755));
  ASSERT_NO_FATAL_FAILURE(restart_host());
  std::thread killer([&] {
    (void)eventually([&] { return ::access(begun.c_str(), F_OK) == 0; });
    ::kill(supervisor_pid(), SIGKILL);
  });
  auto started = host->start_container(shell("slow", "echo once; exit 3"));
  killer.join();
  ASSERT_TRUE(started) << started.error().message;
  EXPECT_EQ(wait_exit("slow").exit->exit_code, 3);
  EXPECT_EQ(output_of("slow"), "once\n");
}

// Its number may be another's by the time somebody looks, on this boot or the next: then it has ended, and
// how is not made up.
TEST_F(SurvivalTest, AnotherProcessWithTheSameNumberIsNotIt) {
  for (const bool next_boot : {false, true}) {
    const std::string id = next_boot ? "rebooted" : "reused";
    ASSERT_TRUE(host->start_container(counter(id)));
    const pid_t supervisor = supervisor_pid();
    host.reset();
    ::kill(supervisor, SIGKILL);
    const std::string file = options.node_dir + "/containers/" + id + start_file;
    auto start = parse_start(read_file_or_empty(file));
    ASSERT_TRUE(start);
    if (next_boot)
      start->boot_id = "another";
    else
      ++start->start_ticks;
    ASSERT_TRUE(write_file(file, start_json(*start), 0600));
    ASSERT_NO_FATAL_FAILURE(restart_host());
    const ExitInfo exit = *wait_exit(id).exit;
    EXPECT_EQ(exit.exit_code, 255);
    EXPECT_FALSE(exit.code_known);
    EXPECT_EQ(exit.host_restarted, next_boot);
  }
}

TEST_F(SurvivalTest, CrunIsKilledOverAStart) {
  host.reset();
  options.crun = directory / "dying-crun";
  ASSERT_TRUE(
      write_file(options.crun, "#!/bin/sh\n[ \"$7\" != run ] || kill -9 $$\nexec crun \"$@\"\n", 0755));
  ASSERT_NO_FATAL_FAILURE(restart_host());
  auto started = host->start_container(shell("doomed", "echo never"));
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, "CannotStartContainerError");
  EXPECT_TRUE(started.error().message.ends_with("crun was killed by signal 9 (Killed): unknown"))
      << started.error().message;
}

// It has run, and nobody can tell how far crun came with it: it is not run again, and its end is not made up.
TEST_F(SurvivalTest, TheSupervisorIsKilledBeforeItKnowsTheProcess) {
  host.reset();
  options.crun = directory / "lingering-crun";
  ASSERT_TRUE(write_file(options.crun,
                         "#!/bin/sh\ncrun \"$@\"\nrm -f " + options.node_dir +
                             "/containers/*/pid\n[ \"$7\" != run ] || sleep 0.5\n",
                         0755));
  ASSERT_NO_FATAL_FAILURE(restart_host());
  std::thread killer([&] {
    (void)eventually([&] { return output_of("ran") == "once\n"; });
    ::kill(supervisor_pid(), SIGKILL);
  });
  auto started = host->start_container(shell("ran", "echo once; exit 3"));
  killer.join();
  ASSERT_TRUE(started) << started.error().message;
  EXPECT_TRUE(bool(started->started_at));
  const ExitInfo exit = *wait_exit("ran").exit;
  EXPECT_FALSE(exit.code_known);
  EXPECT_EQ(exit.exit_code, 255);
  EXPECT_EQ(output_of("ran"), "once\n");
}

TEST_F(SurvivalTest, CallsGoOnWithTheNextSupervisor) {
  ASSERT_TRUE(host->start_container(counter("long")));
  for (int round = 0; round < 5; ++round) {
    ::kill(supervisor_pid(), SIGKILL);
    auto sent = host->signal_container("long", SIGCONT);
    EXPECT_TRUE(sent) << sent.error().message;
    auto all = host->containers();
    ASSERT_TRUE(all) << all.error().message;
    EXPECT_EQ(all->size(), 1u);
  }
}

// Not waited for yet by whoever has inherited it: it still tells how it ended. Here this process inherits,
// from a supervisor that it has inherited itself.
TEST_F(SurvivalTest, AnInheritedContainersExitCodeIsKnown) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const auto kill_supervisor = [&] {
    ::kill(supervisor_pid(), SIGKILL);
    return eventually([&] {
      for (const auto& event : host->take_events())
        if (event.kind == ContainerEvent::Kind::supervisor_restarted) return true;
      return false;
    });
  };
  ASSERT_TRUE(kill_supervisor());
  ASSERT_TRUE(host->start_container(counter("long")));
  ASSERT_TRUE(kill_supervisor());
  ASSERT_TRUE(host->signal_container("long", SIGTERM));
  const ExitInfo exit = *wait_exit("long").exit;
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
  EXPECT_TRUE(exit.code_known);
  EXPECT_EQ(exit.exit_code, 9);
}

TEST_F(SurvivalTest, OwnerAndSupervisorAreKilled) {
  ASSERT_TRUE(host->start_container(counter("long")));
  ASSERT_TRUE(eventually([&] { return lines_at_least("long", 5); }));
  host.reset();
  ::kill(supervisor_pid(), SIGKILL);
  std::this_thread::sleep_for(
      std::chrono::milliseconds(300));  // it goes on writing, into a pipe that nobody reads
  ASSERT_NO_FATAL_FAILURE(restart_host());
  EXPECT_EQ(host->container("long")->state, ContainerStatus::State::running)
      << "a broken pipe would have ended it";
  EXPECT_TRUE(eventually([&] { return lines_at_least("long", 25); }));
  ASSERT_TRUE(host->signal_container("long", SIGTERM));
  wait_exit("long");
  expect_unbroken(output_of("long"));
}

TEST_F(SurvivalTest, AnExitWhileThereIsNoSupervisor) {
  ASSERT_TRUE(host->start_container(shell("gone", "echo said; sleep 0.2; exit 6")));
  ASSERT_TRUE(eventually([&] { return output_of("gone") == "said\n"; }));
  host.reset();  // who would start a new supervisor at once
  ::kill(supervisor_pid(), SIGKILL);
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  ASSERT_NO_FATAL_FAILURE(restart_host());
  const auto exit = *wait_exit("gone").exit;
  EXPECT_EQ(exit.exit_code, exit.code_known ? 6 : 255) << "known if init has not waited for it yet";
  EXPECT_EQ(output_of("gone"), "said\n");
}

TEST_F(SurvivalTest, AnUpgradeKeepsChildrenOutputAndConnection) {
  ASSERT_TRUE(host->start_container(counter("long")));
  auto terminal = shell("terminal", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); echo $i; sleep 0.01; done");
  terminal.tty = true;
  ASSERT_TRUE(host->start_container(terminal));
  ASSERT_TRUE(eventually([&] { return lines_at_least("long", 5); }));
  const pid_t pid = supervisor_pid();
  for (int round = 0; round < 3; ++round) {
    auto upgraded = upgrade_supervisor(options);
    ASSERT_TRUE(upgraded) << upgraded.error().message;
    const int seen = int(std::ranges::count(output_of("long"), '\n'));
    EXPECT_TRUE(eventually([&] { return lines_at_least("long", seen + 5); }));
  }
  EXPECT_EQ(supervisor_pid(), pid) << "exec keeps the process";
  for (const auto& event : host->take_events())
    EXPECT_NE(event.kind, ContainerEvent::Kind::supervisor_restarted) << "the connection was lost";
  EXPECT_EQ(host->container("terminal")->state, ContainerStatus::State::running);
  const int typed = int(std::ranges::count(output_of("terminal"), '\n'));
  EXPECT_TRUE(eventually([&] { return lines_at_least("terminal", typed + 5); })) << "its terminal was kept";
  ASSERT_TRUE(host->signal_container("long", SIGTERM));
  const auto exit = *wait_exit("long").exit;
  EXPECT_TRUE(exit.code_known);
  EXPECT_EQ(exit.exit_code, 9);
  expect_unbroken(output_of("long"));
  EXPECT_TRUE(eventually([&] { return !host->take_events().empty(); })) << "its subscription was kept";
}

TEST_F(SurvivalTest, ExitsDuringUpgradesAreNotLost) {
  for (int at = 0; at < 6; ++at)
    ASSERT_TRUE(host->start_container(shell(
        "c" + std::to_string(at), "sleep 0.0" + std::to_string(at) + "; exit " + std::to_string(20 + at))));
  for (int round = 0; round < 4; ++round) ASSERT_TRUE(upgrade_supervisor(options));
  for (int at = 0; at < 6; ++at) EXPECT_EQ(wait_exit("c" + std::to_string(at)).exit->exit_code, 20 + at);
}

TEST_F(SurvivalTest, OnlyOneSupervisorAndOnlyForItsNode) {
  const pid_t before = supervisor_pid();
  ASSERT_NO_FATAL_FAILURE(restart_host());
  EXPECT_EQ(supervisor_pid(), before);
  auto second = run_helper({"/proc/self/exe", "supervisor", "--node", options.node_id, "--node-dir",
                            options.node_dir, "--run-dir", options.run_dir},
                           "", 10'000);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->exit_code, 3);
}

TEST_F(SurvivalTest, ASupervisorWithoutADirectoryEnds) {
  ASSERT_TRUE(host->start_container(shell("last", "sleep 100")));
  const auto container = pid_t(host->container("last")->pid);
  host.reset();
  const pid_t pid = supervisor_pid();
  ASSERT_EQ(::unlink((options.run_dir + "/supervisor.lock").c_str()), 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(1'200));
  EXPECT_EQ(::kill(pid, 0), 0) << "not while a container runs";
  ::kill(container, SIGKILL);
  EXPECT_TRUE(eventually([&] { return ::kill(pid, 0) != 0; }));
  ASSERT_NO_FATAL_FAILURE(restart_host());
  EXPECT_EQ(host->container("last")->exit->exit_code, 137);
}

TEST_F(SurvivalTest, SweepTakesAllButWhatIsKept) {
  ASSERT_TRUE(host->ensure_vpc({"vpc-1", {"10.213.77.0/24"}, {}}));
  const Inventory empty = inventory(options);
  auto keep = shell("keep", "sleep 100"), drop = shell("drop", "trap '' TERM; sleep 100");
  for (auto* spec : {&keep, &drop}) {
    auto network = host->create_task_network(
        {spec->task_id, "vpc-1", spec == &keep ? "10.213.77.5" : "10.213.77.6", ""});
    ASSERT_TRUE(network) << network.error().message;
    spec->network = {NetworkNamespace::Kind::path, network->netns_path};
    spec->shareable_ipc = true;
    ASSERT_TRUE(host->create_task_cgroup({spec->task_id, 256, 64 << 20}));
    ASSERT_TRUE(host->start_container(*spec));
  }
  ASSERT_TRUE(host->create_bridge_network("stray"));
  ASSERT_TRUE(host->publish_ports("stray",
                                  std::vector{PortSpec{.container_ip = "172.17.0.2", .container_port = 80}}));
  std::filesystem::create_directories(options.node_dir + "/containers/never-asked-for/output");
  ASSERT_TRUE(host->sweep(std::vector<std::string>{"t-keep"}));
  EXPECT_EQ(host->containers()->size(), 1u);
  EXPECT_EQ(host->container("keep")->state, ContainerStatus::State::running);
  EXPECT_FALSE(std::filesystem::exists(options.node_dir + "/containers/never-asked-for"));
  ASSERT_TRUE(host->sweep({}));
  Inventory after = inventory(options);
  // The router of bridge containers came to stay.
  after.namespaces -= 1;
  after.mounts -= after.mounts - empty.mounts == 2 ? 2 : 1;
  after.links = empty.links;
  after.routes = empty.routes;
  EXPECT_EQ(after, empty) << show(inventory(options)) << " against " << show(empty);
}

TEST_F(SurvivalTest, AFloodWithoutASupervisorOnlyWaits) {
  ASSERT_TRUE(host->start_container(
      shell("flood", "i=0; while [ $i -lt 30000 ]; do i=$((i+1)); echo $i; done; echo end")));
  ASSERT_TRUE(eventually([&] { return lines_at_least("flood", 1'000); }));
  for (int round = 0; round < 3; ++round) {
    ::kill(supervisor_pid(), SIGKILL);
    ASSERT_TRUE(eventually([&] {
      for (const auto& event : host->take_events())
        if (event.kind == ContainerEvent::Kind::supervisor_restarted) return true;
      return false;
    }));
  }
  wait_exit("flood");
  // What was read and not yet written when it died may be lost (a supervisor's death is the one case): not
  // more.
  const std::string text = output_of("flood");
  EXPECT_TRUE(text.ends_with("end\n"));
}

}  // namespace
}  // namespace slipway::runtime
