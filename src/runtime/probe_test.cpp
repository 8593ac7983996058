#include "runtime/host_fixture.hpp"

namespace slipway::runtime {
namespace {

// Whether any process of the machine has these words.
bool runs(std::vector<std::string> words) {
  std::string wanted;
  for (const std::string& word : words) wanted += word + '\0';
  for (const auto& entry : std::filesystem::directory_iterator("/proc"))
    if (read_file_or_empty(entry.path() / "cmdline") == wanted) return true;
  return false;
}

class ProbeTest : public HostTest {
 protected:
  void start(ContainerSpec spec, std::vector<std::string> probe) {
    spec.probe_argv = std::move(probe);
    auto started = host->start_container(spec);
    ASSERT_TRUE(started) << started.error().message;
  }

  ProbeResult probe(const std::string& id, std::int64_t timeout_ms = 20'000) {
    auto begun = host->probe(id, timeout_ms);
    EXPECT_TRUE(begun) << begun.error().message;
    std::optional<ProbeResult> result;
    EXPECT_TRUE(eventually([&] {
      for (ContainerEvent& event : host->take_events())
        if (event.kind == ContainerEvent::Kind::probed && event.status.id == id) {
          EXPECT_EQ(event.status.task_id, "t-" + id);
          result = std::move(event.probe);
        }
      return result.has_value();
    }));
    return result.value_or(ProbeResult{-1});
  }
};

TEST_F(ProbeTest, TellsExitCodeAndOutput) {
  start(shell("a", "echo here >/tmp/file; exec sleep 100"), {"/bin/sh", "-c", "cat /tmp/file; echo bad >&2; exit 3"});
  ASSERT_TRUE(eventually([&] { return probe("a").output == "here\nbad\n"; }));
  EXPECT_EQ(probe("a"), (ProbeResult{3, false, "here\nbad\n"}));
}

TEST_F(ProbeTest, KeepsTheBeginningOfMuchOutput) {
  start(shell("a", "exec sleep 100"), {"/bin/sh", "-c", "head -c 1000000 /dev/zero; exit 0"});
  const ProbeResult result = probe("a");
  EXPECT_EQ(result.exit_code, 0) << "nobody stood in its way";
  EXPECT_EQ(result.output.size(), 4'096u);
}

TEST_F(ProbeTest, WhatIsNotThereIsAFailure) {
  start(shell("a", "exec sleep 100"), {"no-such-program"});
  EXPECT_NE(probe("a").exit_code, 0);
}

TEST_F(ProbeTest, RunsBehindTheContainersWalls) {
  const std::string facts =
      "cd /proc/self; while read -r name value; do case $name in Uid:|Gid:|Groups:|Cap*|Seccomp:|NoNewPrivs:) echo "
      "$name $value;; esac; done <status; echo $WORD; cat cgroup; ulimit -n";
  auto spec = shell("a", facts + "; exec sleep 100");
  spec.env = {"WORD=given"};
  spec.user = "1001:1002";
  spec.cap_drop = {"CHOWN"};
  spec.ulimits = {{"nofile", 512, 512}};
  start(spec, {"/bin/sh", "-c", facts});
  std::string own;
  ASSERT_TRUE(eventually([&] { return (own = output_of("a")).ends_with("512\n"); })) << own;
  EXPECT_EQ(probe("a").output, own);
  EXPECT_NE(own.find("Seccomp: 2"), own.npos) << own;
}

TEST_F(ProbeTest, OneThatHangsIsKilledWithItsChildren) {
  start(shell("a", "exec sleep 100"), {"/bin/sh", "-c", "sleep 4711 & sleep 4712 & wait"});
  const ProbeResult result = probe("a", 500);
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.exit_code, 128 + SIGKILL);
  EXPECT_FALSE(runs({"sleep", "4711"}) || runs({"sleep", "4712"}));
}

TEST_F(ProbeTest, RunsOneAtATimeAndOnlyInWhatRuns) {
  start(shell("a", "exec sleep 100"), {"/bin/sh", "-c", "exec sleep 1"});
  ASSERT_TRUE(host->probe("a", 20'000));
  EXPECT_EQ(host->probe("a", 20'000).error().code, "Conflict");
  EXPECT_EQ(host->probe("b", 20'000).error().code, "ResourceNotFoundException");
  ASSERT_TRUE(host->signal_container("a", SIGKILL));
  wait_exit("a");
  EXPECT_EQ(host->probe("a", 20'000).error().code, "Conflict");
}

TEST_F(ProbeTest, ASupervisorThatIsReplacedLeavesNoneBehind) {
  start(shell("a", "exec sleep 100"), {"/bin/sh", "-c", "exec sleep 4713"});
  ASSERT_TRUE(host->probe("a", 60'000));
  ASSERT_TRUE(eventually([&] { return runs({"sleep", "4713"}); }));
  auto upgraded = upgrade_supervisor(options);
  ASSERT_TRUE(upgraded) << upgraded.error().message;
  EXPECT_TRUE(eventually([&] { return !runs({"sleep", "4713"}); }));
  EXPECT_EQ(host->container("a")->state, ContainerStatus::State::running);
  EXPECT_TRUE(host->probe("a", 500)) << "and another can be run";
}

using AgainTest = HostTest;

TEST_F(AgainTest, AContainerThatRunsOnceMoreFindsWhatItWrote) {
  auto spec = shell("a", "cat /tmp/file; echo run >>/tmp/file; exit 5");
  ASSERT_TRUE(host->start_container(spec));
  wait_exit("a");
  EXPECT_EQ(host->start_container(spec).error().code, "Conflict") << "not by mistake";
  spec.again = true;
  for (int run = 0; run < 2; ++run) {
    auto started = host->start_container(spec);
    ASSERT_TRUE(started) << started.error().message;
    wait_exit("a");
    EXPECT_EQ(host->container("a")->exit->exit_code, 5);
  }
  EXPECT_EQ(output_of("a"), "run\nrun\nrun\n") << "the output goes on where it was";
  EXPECT_EQ(host->containers()->size(), 1u);
}

TEST_F(AgainTest, OneThatRunsIsNotStartedAgain) {
  auto spec = shell("a", "exec sleep 100");
  spec.again = true;
  ASSERT_TRUE(host->start_container(spec));
  EXPECT_EQ(host->start_container(spec).error().code, "Conflict");
  EXPECT_EQ(host->container("a")->state, ContainerStatus::State::running);
}

}  // namespace
}  // namespace slipway::runtime
