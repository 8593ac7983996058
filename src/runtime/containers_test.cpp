#include "runtime/host_fixture.hpp"

namespace slipway::runtime {
namespace {

using ContainerTest = HostTest;

TEST_F(ContainerTest, RunsAndTellsOutputAndExitCode) {
  EXPECT_EQ(run(shell("one", "echo out; echo err >&2; exit 7"), 7), "out\n");
  EXPECT_EQ(output_of("one", OutputRecord::Stream::err), "err\n");
  const auto status = *host->container("one");
  EXPECT_FALSE(status.exit->oom_killed);
  EXPECT_TRUE(status.exit->code_known);
  EXPECT_GE(status.exit->finished_at, status.started_at);
  EXPECT_TRUE(host->remove_container("one"));
  EXPECT_EQ(host->container("one").error().code, "ResourceNotFoundException");
  EXPECT_TRUE(host->containers()->empty());
}

TEST_F(ContainerTest, EventsSayThatItExited) {
  ASSERT_TRUE(host->start_container(shell("short", "exit 3")));
  std::vector<ContainerEvent> events;
  ASSERT_TRUE(eventually([&] {
    pollfd ready{host->event_fd(), POLLIN, 0};
    if (::poll(&ready, 1, 100) > 0) events = host->take_events();
    return !events.empty();
  }));
  EXPECT_TRUE(std::filesystem::exists(options.node_dir + "/containers/short/exit.json"))
      << "first the disk, then us";
  EXPECT_EQ(events[0].status.id, "short");
  EXPECT_EQ(events[0].status.exit->exit_code, 3);
  EXPECT_TRUE(host->take_events().empty());
}

TEST_F(ContainerTest, EnvironmentUserAndDirectory) {
  auto spec = shell("who", "echo $GREETING $HOME; id; pwd; hostname; echo $PATH");
  spec.env = {"GREETING=hello there"};
  spec.user = "app";
  spec.working_dir = "/made/when/missing";
  EXPECT_EQ(run(spec),
            "hello there /home/app\n"
            "uid=1001(app) gid=1002(staff) groups=1002(staff),1003(extra)\n"
            "/made/when/missing\n"
            "box\n"
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n");
  auto numeric = shell("numeric", "id -u; id -g; id -G");
  numeric.user = "4242:4343";
  EXPECT_EQ(run(numeric), "4242\n4343\n4343\n");
}

TEST_F(ContainerTest, SaysWhyItCannotStart) {
  auto spec = shell("nope", "");
  spec.argv = {"nope"};
  auto error = host->start_container(spec).error();
  EXPECT_EQ(error.code, "CannotStartContainerError");
  EXPECT_NE(error.message.find("exec: \"nope\": executable file not found in $PATH: unknown"),
            std::string::npos)
      << error.message;
  spec.argv = {"/etc/notes"};
  EXPECT_NE(host->start_container(spec).error().message.find("exec: \"/etc/notes\": permission denied"),
            std::string::npos);
  spec.argv = {"/bin/true"};
  spec.user = "nobody-here";
  EXPECT_EQ(
      host->start_container(spec).error().message,
      "Error response from daemon: unable to find user nobody-here: no matching entries in passwd file");
  spec.user = "";
  spec.mounts = {{.source = "/does/not/exist", .target = "/data"}};
  EXPECT_EQ(host->start_container(spec).error().code, "CannotCreateContainerError");
  spec.mounts.clear();
  EXPECT_TRUE(host->start_container(spec)) << "a failed start must leave nothing in the way of the next";
  EXPECT_EQ(host->start_container(spec).error().code, "Conflict");
}

TEST_F(ContainerTest, MemoryLimitEndsItAndIsToldApart) {
  auto spec = shell("greedy", "x=$(head -c 200000000 /dev/zero | tail -c 200000000); echo survived");
  spec.argv = {"/bin/sh", "-c", "exec tail -c 200000000 /dev/zero"};
  spec.memory_bytes = 32 << 20;
  ASSERT_TRUE(host->start_container(spec));
  const auto status = wait_exit("greedy");
  EXPECT_EQ(status.exit->exit_code, 137);
  EXPECT_TRUE(status.exit->oom_killed);
  auto killed = shell("killed", "sleep 100");
  ASSERT_TRUE(host->start_container(killed));
  ASSERT_TRUE(host->signal_container("killed", SIGKILL));
  EXPECT_EQ(wait_exit("killed").exit->exit_code, 137);
  EXPECT_FALSE(host->container("killed")->exit->oom_killed);
}

TEST_F(ContainerTest, TaskLimitIsSharedByItsContainers) {
  ASSERT_TRUE(host->create_task_cgroup({.task_id = "small", .cpu_units = 512, .memory_bytes = 32 << 20}));
  auto spec = shell("in-small", "exec tail -c 200000000 /dev/zero");
  spec.task_id = "small";
  ASSERT_TRUE(host->start_container(spec));
  EXPECT_TRUE(wait_exit("in-small").exit->oom_killed);
  EXPECT_TRUE(host->remove_container("in-small"));
  EXPECT_TRUE(host->delete_task_cgroup("small"));
}

TEST_F(ContainerTest, TermThenKill) {
  ASSERT_TRUE(host->start_container(shell("deaf", "trap '' TERM; echo up; while true; do sleep 1; done")));
  ASSERT_TRUE(host->start_container(
      shell("polite", "trap 'echo bye; exit 0' TERM; echo up; while true; do sleep 0.01; done")));
  ASSERT_TRUE(eventually([&] { return output_of("deaf") == "up\n" && output_of("polite") == "up\n"; }));
  ASSERT_TRUE(host->signal_container("polite", SIGTERM));
  EXPECT_EQ(wait_exit("polite").exit->exit_code, 0);
  EXPECT_EQ(output_of("polite"), "up\nbye\n");
  ASSERT_TRUE(host->signal_container("deaf", SIGTERM));
  EXPECT_EQ(host->remove_container("deaf").error().code, "Conflict");
  EXPECT_EQ(host->container("deaf")->state, ContainerStatus::State::running);
  ASSERT_TRUE(host->signal_container("deaf", SIGKILL));
  EXPECT_EQ(wait_exit("deaf").exit->exit_code, 137);
  EXPECT_TRUE(host->signal_container("deaf", SIGTERM)) << "a signal to what has exited is no error";
}

TEST_F(ContainerTest, LayersFilesMountsAndReadOnlyRoot) {
  const std::string top = directory / "top", shared = directory / "shared";
  std::filesystem::create_directories(top + "/etc");
  std::filesystem::create_directories(shared);
  ASSERT_TRUE(write_file(top + "/etc/notes", "from the top layer\n", 0644));
  auto spec =
      shell("files",
            "cat /etc/notes /etc/resolv.conf; echo data > /data/file; touch /new 2>/dev/null || echo ro; "
            "touch /scratch/x && echo tmpfs; stat -f -c %T /dev/shm");
  spec.layers = {top, image};
  spec.read_only_rootfs = true;
  spec.files = {{"/etc/resolv.conf", "nameserver 192.0.2.1\n"}};
  spec.mounts = {{.source = shared, .target = "/data"},
                 {.kind = Mount::Kind::tmpfs, .target = "/scratch", .size_bytes = 1 << 20}};
  EXPECT_EQ(run(spec), "from the top layer\nnameserver 192.0.2.1\nro\ntmpfs\ntmpfs\n");
  EXPECT_EQ(read_file_or_empty(shared + "/file"), "data\n");
}

TEST_F(ContainerTest, CapabilitiesSeccompAndLimits) {
  auto spec = shell(
      "bound",
      "cat /proc/self/status | while read k v; do case $k in CapEff:|Seccomp:) echo $k $v;; esac; done; "
      "ulimit -n; mount -t tmpfs x /tmp 2>/dev/null || echo refused");
  spec.ulimits = {{"nofile", 1'000, 1'000'000}};
  auto started = host->start_container(spec);
  ASSERT_TRUE(started) << started.error().message;
  wait_exit("bound");
  EXPECT_EQ(output_of("bound"), "CapEff: 00000000a80425fb\nSeccomp: 2\n1000\nrefused\n");
  auto privileged = shell("free", "mount -t tmpfs x /tmp && echo mounted");
  privileged.privileged = true;
  EXPECT_EQ(run(privileged), "mounted\n");
  auto dropped =
      shell("dropped", "cat /proc/self/status | while read k v; do [ $k = CapEff: ] && echo $v; done; true");
  dropped.cap_drop = {"ALL"};
  dropped.cap_add = {"NET_BIND_SERVICE"};
  EXPECT_EQ(run(dropped), "0000000000000400\n");
}

TEST_F(ContainerTest, TerminalAndStandardInput) {
  auto spec = shell("tty", "test -t 1 && echo a terminal");
  spec.tty = true;
  EXPECT_EQ(run(spec), "a terminal\r\n");
  EXPECT_EQ(run(shell("closed", "cat; echo end")), "end\n");
  auto open = shell("open", "cat; echo end");
  open.interactive = true;
  ASSERT_TRUE(host->start_container(open));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(host->container("open")->state, ContainerStatus::State::running);
}

TEST_F(ContainerTest, SharedNamespaces) {
  auto first = shell("first", "echo here > /dev/shm/note; exec sleep 100");
  first.shareable_ipc = true;
  ASSERT_TRUE(host->start_container(first));
  auto second = shell("second", "cat /dev/shm/note; ps | head -c 400");
  second.ipc_of = second.pid_of = "first";
  ASSERT_TRUE(eventually([&] { return host->container("first")->state == ContainerStatus::State::running; }));
  const std::string text = run(second);
  EXPECT_TRUE(text.starts_with("here\n")) << text;
  EXPECT_NE(text.find("sleep 100"), std::string::npos) << text;
}

TEST_F(ContainerTest, StatsOfARunningContainer) {
  auto spec = shell("busy", "head -c 8000000 /dev/urandom > /tmp/x; exec sleep 100");
  spec.memory_bytes = 64 << 20;
  ASSERT_TRUE(host->start_container(spec));
  ASSERT_TRUE(eventually([&] {
    auto stats = host->stats("busy");
    return stats && stats->cpu_total_ns > 1'000'000 && stats->memory_bytes > 8'000'000;
  }));
  const auto stats = *host->stats("busy");
  EXPECT_EQ(stats.memory_limit_bytes, 64u << 20);
  EXPECT_GE(stats.pids, 1u);
  EXPECT_GE(stats.online_cpus, 1u);
  EXPECT_GT(stats.host_cpu_ns, stats.cpu_total_ns);
}

TEST_F(ContainerTest, OutputIsFollowedAsItComes) {
  ASSERT_TRUE(
      host->start_container(shell("talker", "for i in 1 2 3; do echo $i; sleep 0.05; done; printf partial")));
  auto reader = *host->output("talker", 0);
  std::string text;
  ASSERT_TRUE(eventually([&] {
    pollfd ready{reader->watch_fd(), POLLIN, 0};
    ::poll(&ready, 1, 50);
    for (const auto& record : reader->read(4'096)->records) text += record.data;
    return text == "1\n2\n3\npartial";
  })) << text;
}

TEST_F(ContainerTest, SpoolIsBoundedAndSaysWhatItDropped) {
  auto spec = shell("loud", "yes 0123456789012345678901234567890 | head -c 5000000; echo; echo last");
  spec.output_limit_bytes = 1 << 20;
  ASSERT_TRUE(host->start_container(spec));
  wait_exit("loud");
  auto reader = *host->output("loud", 0);
  std::uint64_t dropped = 0, size = 0;
  std::string end;
  for (;;) {
    auto chunk = *reader->read(1 << 20);
    if (chunk.records.empty()) break;
    dropped += chunk.dropped_bytes;
    for (const auto& record : chunk.records) {
      size += record.data.size();
      end = record.data;
    }
  }
  EXPECT_GT(dropped, 3'500'000u);
  EXPECT_LT(size, 1'200'000u);
  EXPECT_TRUE(end.ends_with("last\n"));
}

}  // namespace
}  // namespace slipway::runtime
