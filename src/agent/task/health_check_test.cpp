#include "agent/task/health_check.hpp"

#include <gtest/gtest.h>

#include "agent/task/task_test_util.hpp"

namespace slipway::agent {
namespace {

using test::has, test::json, test::machine_of, test::t0;
using Kind = Action::Kind;

constexpr std::int64_t s = 1'000;

// A definition with a health check, and one that waits for it.
const char* const watched =
    "'containers':[{'name':'db','image':'i','essential':true,'dockerConfig':{'config':'{\\'Healthcheck\\':{"
    "\\'Test\\':[\\'CMD\\',\\'probe\\'],\\'Interval\\':10000000000,\\'Timeout\\':2000000000,"
    "\\'Retries\\':2}}'}},{'name':'app','image':'i','essential':true,'dependsOn':[{'containerName':'db',"
    "'condition':'HEALTHY'}]}]";

TEST(HealthCheck, IsReadAsDockerReadsIt) {
  const auto shell = parse_health_check(
      json("{'Test':['CMD-SHELL','exit 1'],'Interval':5000000000,'Timeout':2000000000,'Retries':4,"
           "'StartPeriod':60000000000}"));
  EXPECT_EQ(shell, (HealthCheck{{"/bin/sh", "-c", "exit 1"}, 5 * s, 2 * s, 60 * s, 4}));
  const auto plain = parse_health_check(json("{'Test':['CMD','a','b'],'Interval':0}"));
  EXPECT_EQ(plain, (HealthCheck{{"a", "b"}, 30 * s, 5 * s, 0, 3}));
  for (const char* none : {"{}", "{'Test':['NONE']}", "{'Test':['CMD']}", "{'Test':['curl','x']}"})
    EXPECT_FALSE(parse_health_check(json(none))) << none;
}

TEST(HealthCheck, SoManyFailuresInARowMakeItUnhealthyAndOneSuccessHealthy) {
  const HealthCheck check{.argv = {"x"}, .retries = 3};
  Health health;
  for (int at = 1; at <= 2; ++at) take_probe(check, t0, false, t0 + at, health);
  EXPECT_EQ(health.status, HealthStatus::unknown);
  take_probe(check, t0, true, t0 + 3, health);
  EXPECT_EQ(health.status, HealthStatus::healthy);
  EXPECT_EQ(health.since, t0 + 3);
  for (int at = 4; at <= 5; ++at) take_probe(check, t0, false, t0 + at, health);
  EXPECT_EQ(health.status, HealthStatus::healthy) << "the count began anew";
  take_probe(check, t0, false, t0 + 6, health);
  EXPECT_EQ(health.status, HealthStatus::unhealthy);
  take_probe(check, t0, false, t0 + 7, health);
  EXPECT_EQ(health.since, t0 + 6) << "since it became so";
  take_probe(check, t0, true, t0 + 8, health);
  EXPECT_EQ(health.status, HealthStatus::healthy);
}

TEST(HealthCheck, FailuresOfTheStartPeriodDoNotCountUntilItHasBeenHealthy) {
  const HealthCheck check{.argv = {"x"}, .start_period_ms = 60 * s, .retries = 1};
  Health health;
  take_probe(check, t0, false, t0 + 59 * s, health);
  EXPECT_EQ(health.status, HealthStatus::unknown);
  EXPECT_EQ(probe_pause_ms(check, health, t0, t0 + 10 * s), 5 * s);
  EXPECT_EQ(probe_pause_ms(check, health, t0, t0 + 60 * s), 30 * s);
  take_probe(check, t0, false, t0 + 60 * s, health);
  EXPECT_EQ(health.status, HealthStatus::unhealthy);

  Health early;
  take_probe(check, t0, true, t0 + s, early);
  EXPECT_EQ(probe_pause_ms(check, early, t0, t0 + s), 30 * s);
  take_probe(check, t0, false, t0 + 2 * s, early);
  EXPECT_EQ(early.status, HealthStatus::unhealthy) << "a success ends the period";
}

struct Watched : testing::Test {
  Watched() {
    machine.accept(t0);
    machine.set_up_done(t0);
    for (std::size_t i : {0, 1}) machine.image_ready(i, {.digest = "sha256:aa"}, t0);
    machine.started(0, t0, t0);
  }

  bool asks(Instant now) {
    machine.tick(now);
    return has(machine.take_actions(), Kind::probe);
  }

  TaskMachine machine = machine_of(watched);
};

TEST_F(Watched, IsProbedAnIntervalAfterTheStartAndAfterEachProbe) {
  EXPECT_EQ(machine.next_due(), t0 + 10 * s);
  EXPECT_FALSE(asks(t0 + 10 * s - 1));
  EXPECT_TRUE(asks(t0 + 10 * s));
  EXPECT_FALSE(asks(t0 + 11 * s)) << "one at a time";
  machine.probed(0, {.exit_code = 1}, t0 + 12 * s);
  EXPECT_FALSE(asks(t0 + 22 * s - 1));
  EXPECT_TRUE(asks(t0 + 22 * s));
  machine.probed(0, {.exit_code = 0, .timed_out = true}, t0 + 24 * s);
  EXPECT_EQ(machine.state().containers[0].health.status, HealthStatus::unhealthy) << "a timeout is a failure";
}

TEST_F(Watched, LetsOthersStartOnceItIsHealthy) {
  EXPECT_FALSE(has(machine.take_actions(), Kind::start, 1));
  ASSERT_TRUE(asks(t0 + 10 * s));
  machine.probed(0, {.exit_code = 1}, t0 + 10 * s);
  EXPECT_FALSE(has(machine.take_actions(), Kind::start, 1));
  ASSERT_TRUE(asks(t0 + 20 * s));
  machine.probed(0, {}, t0 + 20 * s);
  EXPECT_TRUE(has(machine.take_actions(), Kind::start, 1));
}

TEST_F(Watched, AProbeThatNobodyTellsOfIsAskedForAgain) {
  ASSERT_TRUE(asks(t0 + 10 * s));
  EXPECT_FALSE(asks(t0 + 26 * s)) << "its own timeout and some time for the answer";
  EXPECT_TRUE(asks(t0 + 27 * s));
  machine.probe_lost(0, t0 + 28 * s);
  EXPECT_EQ(machine.state().containers[0].health, Health{}) << "it said nothing of the container";
  EXPECT_TRUE(asks(t0 + 38 * s));
}

TEST_F(Watched, ATaskOnItsWayDownIsNotProbed) {
  machine.want_stopped(t0 + s);
  EXPECT_FALSE(asks(t0 + 11 * s));
}

TEST_F(Watched, HealthOutlivesTheAgent) {
  ASSERT_TRUE(asks(t0 + 10 * s));
  machine.probed(0, {}, t0 + 10 * s);
  const auto stored = parse_task_state(to_value(machine.state()));
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->containers[0].health, machine.state().containers[0].health);
}

TEST_F(Watched, AClockThatJumpsDoesNotMoveTheNextProbe) {
  machine.clock_jumped(3'600 * s);
  EXPECT_EQ(machine.next_due(), t0 + 3'610 * s);
}

}  // namespace
}  // namespace slipway::agent
