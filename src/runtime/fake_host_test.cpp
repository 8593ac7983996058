#include "runtime/fake_host.hpp"

#include <gtest/gtest.h>
#include <signal.h>

namespace slipway::runtime {
namespace {

class ManualClock final : public Clock {
 public:
  Instant now() override { return at; }
  Instant at{1'000};
};

class FakeHostTest : public testing::Test {
 protected:
  ContainerSpec spec(const std::string& id) { return {.id = id, .task_id = "task-" + id}; }
  ManualClock clock;
  FakeHost host{clock};
};

TEST_F(FakeHostTest, RunsUntilItsTimeIsOver) {
  host.script = [](const ContainerSpec&) {
    return FakeScript{.run_ms = 500, .exit_code = 3, .output = "hi\n"};
  };
  ASSERT_TRUE(host.start_container(spec("a")));
  EXPECT_EQ(host.next_due(), Instant{1'500});
  clock.at = Instant{1'499};
  host.tick();
  EXPECT_TRUE(host.take_events().empty());
  clock.at = Instant{2'000};
  host.tick();
  const auto events = host.take_events();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].status.exit, (ExitInfo{3, true, false, Instant{1'500}}));
  auto reader = host.output("a", 0);
  ASSERT_TRUE(reader);
  EXPECT_EQ((*reader)->read(100)->records.at(0).data, "hi\n");
  EXPECT_TRUE((*reader)->read(100)->records.empty());
}

TEST_F(FakeHostTest, TermAndKill) {
  host.script = [](const ContainerSpec& s) {
    return FakeScript{.ignores_term = s.id == "stubborn", .term_delay_ms = 50};
  };
  ASSERT_TRUE(host.start_container(spec("polite")));
  ASSERT_TRUE(host.start_container(spec("stubborn")));
  ASSERT_TRUE(host.signal_container("polite", SIGTERM));
  ASSERT_TRUE(host.signal_container("stubborn", SIGTERM));
  clock.at = Instant{1'050};
  host.tick();
  EXPECT_EQ(host.container("polite")->exit->exit_code, 143);
  EXPECT_FALSE(host.container("stubborn")->exit);
  EXPECT_EQ(host.remove_container("stubborn").error().code, "Conflict");
  ASSERT_TRUE(host.signal_container("stubborn", SIGKILL));
  EXPECT_EQ(host.container("stubborn")->exit->exit_code, 137);
  EXPECT_EQ(host.signals("stubborn"), (std::vector<int>{SIGTERM, SIGKILL}));
}

TEST_F(FakeHostTest, FailsAsToldAndOnce) {
  host.fail_next("start_container", {"CannotStartContainerError", "no"});
  EXPECT_EQ(host.start_container(spec("a")).error().code, "CannotStartContainerError");
  EXPECT_TRUE(host.start_container(spec("a")));
  EXPECT_EQ(host.start_container(spec("a")).error().code, "Conflict");
}

TEST_F(FakeHostTest, PortsAreGivenOnceAndSweepTakesThemBack) {
  ASSERT_TRUE(host.start_container(spec("a")));
  const PortSpec fixed{.host_port = 8080, .container_ip = "172.17.0.2", .container_port = 80};
  const PortSpec dynamic{.container_ip = "172.17.0.2", .container_port = 81};
  auto ports = host.publish_ports("a", std::vector{fixed, dynamic});
  ASSERT_TRUE(ports);
  EXPECT_EQ(ports->at(1).host_port, 32'768);
  const PortSpec range{.container_ip = "172.17.0.3", .container_port = 90, .count = 3};
  EXPECT_EQ(host.publish_ports("c", std::vector{range, dynamic})->at(1).host_port, 32'772);
  EXPECT_EQ(host.publish_ports("b", std::vector{fixed}).error().code, "PortTaken");
  ASSERT_TRUE(host.sweep({}));
  EXPECT_EQ(host.published_ports(), 0u);
  EXPECT_TRUE(host.containers()->empty());
}

}  // namespace
}  // namespace slipway::runtime
