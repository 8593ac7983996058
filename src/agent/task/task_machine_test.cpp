#include "agent/task/task_machine.hpp"

#include <gtest/gtest.h>

#include <csignal>

#include "agent/task/task_test_util.hpp"

namespace slipway::agent {
namespace {

using Kind = Action::Kind;
using Phase = ContainerState::Phase;
using test::bring_up, test::drain_reports, test::exit_of, test::has, test::machine_of, test::one, test::only,
    test::t0;
using test::two;

TEST(TaskMachine, HelloTask) {
  TaskMachine machine = machine_of(one);
  machine.accept(t0);
  std::vector<Action> first = machine.take_actions();
  EXPECT_TRUE(has(first, Kind::set_up));
  EXPECT_TRUE(has(first, Kind::pull));
  EXPECT_FALSE(has(first, Kind::start));

  machine.image_ready(0, {.digest = "sha256:aa"}, t0 + 5);
  std::vector<Action> pulled = machine.take_actions();
  EXPECT_TRUE(has(pulled, Kind::report));
  EXPECT_FALSE(has(pulled, Kind::start)) << "the network is not there yet";
  EXPECT_EQ(drain_reports(machine, t0 + 5), "PENDING ");

  machine.set_up_done(t0 + 6);
  EXPECT_TRUE(has(machine.take_actions(), Kind::start));
  machine.started(0, t0 + 7, t0 + 8);
  EXPECT_TRUE(has(machine.take_actions(), Kind::report));
  EXPECT_EQ(drain_reports(machine, t0 + 8), "RUNNING ");

  machine.exited(0, exit_of(7, t0 + 100), t0 + 101);
  std::vector<Action> ended = machine.take_actions();
  EXPECT_TRUE(has(ended, Kind::release));
  EXPECT_FALSE(has(ended, Kind::report)) << "STOPPED only when its address and ports are free";
  machine.released(t0 + 102);
  EXPECT_TRUE(has(machine.take_actions(), Kind::report));
  std::optional<StateChange> change = machine.next_change();
  ASSERT_TRUE(change);
  EXPECT_EQ(change->status, Reported::stopped);
  ASSERT_EQ(change->containers.size(), 1u);
  EXPECT_EQ(change->containers[0].exit_code, 7);
  machine.reported(*change, t0 + 103);
  EXPECT_TRUE(has(machine.take_actions(), Kind::forget));
  EXPECT_TRUE(machine.forgotten());
  EXPECT_EQ(machine.state().pull_started_at, t0);
  EXPECT_EQ(machine.state().pull_stopped_at, t0 + 5);
  EXPECT_EQ(machine.state().execution_stopped_at, t0 + 100);
}

TEST(TaskMachine, AFailureOfTheTaskAsAWholeStopsItAndIsTold) {
  TaskMachine machine = machine_of(two);
  bring_up(machine, t0);
  machine.failed("ContainerRuntimeError: no space left on device", t0 + 10);
  const std::vector<Action> asked = machine.take_actions();
  EXPECT_TRUE(has(asked, Kind::signal, 0));
  EXPECT_TRUE(has(asked, Kind::signal, 1));
  machine.failed("said twice", t0 + 11);
  for (std::size_t i : {0u, 1u}) machine.exited(i, exit_of(143, t0 + 20), t0 + 20);
  machine.released(t0 + 21);
  machine.failed("and too late", t0 + 22);
  EXPECT_EQ(machine.state().reason, "ContainerRuntimeError: no space left on device");
}

TEST(TaskMachine, StopSendsTermThenKillAfterItsOwnTimeout) {
  TaskMachine machine =
      machine_of("'containers':[{'name':'main','image':'a','essential':true,'stopTimeout':5}]");
  bring_up(machine, t0);
  machine.want_stopped(t0 + 1'000);
  EXPECT_EQ(only(machine.take_actions(), Kind::signal), (std::vector<Action>{{Kind::signal, 0, SIGTERM}}));
  EXPECT_EQ(machine.next_due(), t0 + 6'000);
  machine.tick(t0 + 5'999);
  EXPECT_TRUE(only(machine.take_actions(), Kind::signal).empty());
  machine.tick(t0 + 6'000);
  EXPECT_EQ(only(machine.take_actions(), Kind::signal), (std::vector<Action>{{Kind::signal, 0, SIGKILL}}));
  machine.tick(t0 + 16'000);
  EXPECT_EQ(only(machine.take_actions(), Kind::signal), (std::vector<Action>{{Kind::signal, 0, SIGKILL}}))
      << "a kill without effect is repeated";
  machine.exited(0, exit_of(137, t0 + 16'001), t0 + 16'001);
  EXPECT_TRUE(has(machine.take_actions(), Kind::release));
}

TEST(TaskMachine, DefaultStopTimeoutIsThirtySeconds) {
  TaskMachine machine = machine_of(one);
  bring_up(machine, t0);
  machine.want_stopped(t0);
  EXPECT_EQ(machine.next_due(), t0 + 30'000);
}

TEST(TaskMachine, StopSignalOfTheImage) {
  TaskMachine machine = machine_of(one);
  machine.accept(t0);
  machine.set_up_done(t0);
  machine.image_ready(0, {.digest = "sha256:aa", .stop_signal = SIGQUIT}, t0);
  machine.started(0, t0, t0);
  machine.take_actions();
  machine.want_stopped(t0);
  EXPECT_EQ(only(machine.take_actions(), Kind::signal), (std::vector<Action>{{Kind::signal, 0, SIGQUIT}}));
}

TEST(TaskMachine, EssentialExitStopsTheOthers) {
  TaskMachine machine = machine_of(two);
  bring_up(machine, t0);
  machine.exited(0, exit_of(0, t0 + 10), t0 + 10);
  std::vector<Action> actions = machine.take_actions();
  EXPECT_EQ(only(actions, Kind::signal), (std::vector<Action>{{Kind::signal, 1, SIGTERM}}));
  EXPECT_FALSE(has(actions, Kind::release));
  machine.exited(1, exit_of(143, t0 + 20), t0 + 20);
  EXPECT_TRUE(has(machine.take_actions(), Kind::release));
  EXPECT_EQ(machine.state().execution_stopped_at, t0 + 10);
}

TEST(TaskMachine, SidecarExitIsToldAloneAndLater) {
  TaskMachine machine = machine_of(two);
  bring_up(machine, t0);
  drain_reports(machine, t0);
  machine.take_actions();
  machine.exited(1, exit_of(3, t0 + 10), t0 + 10);
  EXPECT_TRUE(machine.take_actions().empty());
  EXPECT_EQ(machine.next_due(), t0 + 1'010);
  machine.tick(t0 + 1'010);
  EXPECT_TRUE(has(machine.take_actions(), Kind::report));
  std::optional<StateChange> change = machine.next_change();
  ASSERT_TRUE(change);
  EXPECT_EQ(change->status, Reported::running);
  ASSERT_EQ(change->containers.size(), 1u);
  EXPECT_EQ(change->containers[0].container, 1u);
  EXPECT_EQ(change->containers[0].status, Reported::stopped);
}

TEST(TaskMachine, DependenciesAreAwaitedAndUnwoundBackwards) {
  TaskMachine machine = machine_of(
      "'containers':[{'name':'web','image':'a','essential':true,'dependsOn':[{'containerName':'init','"
      "condition':"
      "'SUCCESS'},{'containerName':'db','condition':'START'}]},{'name':'init','image':'b'},{'name':'db','"
      "image':'c'}]");
  machine.accept(t0);
  machine.set_up_done(t0);
  for (std::size_t i : {0, 1, 2}) machine.image_ready(i, {.digest = "sha256:aa"}, t0);
  std::vector<Action> actions = machine.take_actions();
  EXPECT_FALSE(has(actions, Kind::start, 0));
  EXPECT_TRUE(has(actions, Kind::start, 1));
  EXPECT_TRUE(has(actions, Kind::start, 2));
  machine.started(1, t0 + 1, t0 + 1);
  machine.started(2, t0 + 1, t0 + 1);
  EXPECT_FALSE(has(machine.take_actions(), Kind::start, 0)) << "init runs still";
  machine.exited(1, exit_of(0, t0 + 2), t0 + 2);
  EXPECT_TRUE(has(machine.take_actions(), Kind::start, 0));
  machine.started(0, t0 + 3, t0 + 3);
  machine.take_actions();

  machine.want_stopped(t0 + 4);
  EXPECT_EQ(only(machine.take_actions(), Kind::signal), (std::vector<Action>{{Kind::signal, 0, SIGTERM}}))
      << "db is needed until web is gone";
  machine.exited(0, exit_of(143, t0 + 5), t0 + 5);
  EXPECT_EQ(only(machine.take_actions(), Kind::signal), (std::vector<Action>{{Kind::signal, 2, SIGTERM}}));
}

TEST(TaskMachine, FailedDependencyEndsTheTask) {
  TaskMachine machine = machine_of(
      "'containers':[{'name':'web','image':'a','essential':true,'dependsOn':[{'containerName':'init','"
      "condition':"
      "'SUCCESS'}]},{'name':'init','image':'b'}]");
  machine.accept(t0);
  machine.set_up_done(t0);
  machine.image_ready(0, {.digest = "sha256:aa"}, t0);
  machine.image_ready(1, {.digest = "sha256:aa"}, t0);
  machine.started(1, t0, t0);
  machine.take_actions();
  machine.exited(1, exit_of(1, t0 + 1), t0 + 1);
  EXPECT_TRUE(has(machine.take_actions(), Kind::release));
  const ContainerState& web = machine.state().containers[0];
  EXPECT_EQ(web.exit_code, 143);
  EXPECT_EQ(web.reason,
            "CannotStartContainerError: dependency graph: container ordering dependency [init] for target "
            "[web] did "
            "not exit successfully.");
}

TEST(TaskMachine, CompleteIsEnoughWhateverTheCode) {
  TaskMachine machine = machine_of(
      "'containers':[{'name':'web','image':'a','essential':true,'dependsOn':[{'containerName':'init','"
      "condition':"
      "'COMPLETE'}]},{'name':'init','image':'b'}]");
  machine.accept(t0);
  machine.set_up_done(t0);
  machine.image_ready(0, {.digest = "sha256:aa"}, t0);
  machine.image_ready(1, {.digest = "sha256:aa"}, t0);
  machine.started(1, t0, t0);
  machine.exited(1, exit_of(1, t0 + 1), t0 + 1);
  EXPECT_TRUE(has(machine.take_actions(), Kind::start, 0));
}

TEST(TaskMachine, StartTimeoutBoundsTheWait) {
  TaskMachine machine = machine_of(
      "'containers':[{'name':'web','image':'a','essential':true,'dependsOn':[{'containerName':'init','"
      "condition':"
      "'SUCCESS'}]},{'name':'init','image':'b','startTimeout':10}]");
  machine.accept(t0);
  machine.set_up_done(t0);
  machine.image_ready(0, {.digest = "sha256:aa"}, t0);
  machine.image_ready(1, {.digest = "sha256:aa"}, t0);
  machine.started(1, t0, t0);
  drain_reports(machine, t0);
  machine.take_actions();
  EXPECT_EQ(machine.next_due(), t0 + 10'000);
  machine.tick(t0 + 10'000);
  EXPECT_EQ(machine.state().containers[0].phase, Phase::stopped);
  EXPECT_TRUE(machine.state().containers[0].reason.ends_with("has timed out."));
  EXPECT_TRUE(has(machine.take_actions(), Kind::signal, 1));
}

TEST(TaskMachine, NothingIsDueForASidecarOfATaskThatEnds) {
  TaskMachine machine = machine_of(two);
  bring_up(machine, t0);
  drain_reports(machine, t0);
  machine.exited(1, exit_of(3, t0), t0);
  EXPECT_EQ(machine.next_due(), t0 + 1'000);
  machine.exited(0, exit_of(0, t0 + 999), t0 + 999);
  EXPECT_FALSE(machine.next_due()) << "its exit is told with STOPPED";
}

TEST(TaskMachine, NothingIsDueForADependantThatRuns) {
  TaskMachine machine = machine_of(
      "'containers':[{'name':'main','image':'a','essential':true,'startTimeout':2},"
      "{'name':'side','image':'b','dependsOn':[{'containerName':'main','condition':'START'}]}]");
  bring_up(machine, t0);
  drain_reports(machine, t0);
  machine.tick(t0 + 2'000);
  EXPECT_FALSE(machine.next_due());
}

TEST(TaskMachine, PullFailureStopsTheTaskWithoutStarting) {
  TaskMachine machine = machine_of(two);
  machine.accept(t0);
  machine.set_up_done(t0);
  machine.take_actions();
  machine.image_failed(0, "CannotPullContainerError: manifest unknown", t0 + 1);
  std::vector<Action> actions = machine.take_actions();
  EXPECT_TRUE(has(actions, Kind::release));
  machine.image_ready(1, {.digest = "sha256:aa"}, t0 + 2);
  EXPECT_FALSE(has(machine.take_actions(), Kind::start, 1)) << "too late";
  machine.released(t0 + 3);
  std::optional<StateChange> change = machine.next_change();
  ASSERT_TRUE(change);
  EXPECT_EQ(change->status, Reported::stopped);
  EXPECT_EQ(change->containers[0].exit_code, std::nullopt);
}

TEST(TaskMachine, SetUpFailureIsTheTasksReason) {
  TaskMachine machine = machine_of(one);
  machine.accept(t0);
  machine.take_actions();
  machine.set_up_failed("ResourceInitializationError: no", t0 + 1);
  EXPECT_TRUE(has(machine.take_actions(), Kind::release));
  EXPECT_EQ(machine.state().reason, "ResourceInitializationError: no");
}

TEST(TaskMachine, StopDuringSetUpWaitsForIt) {
  TaskMachine machine = machine_of(one);
  machine.accept(t0);
  machine.take_actions();
  machine.want_stopped(t0 + 1);
  EXPECT_FALSE(has(machine.take_actions(), Kind::release)) << "the set-up would make things behind its back";
  machine.set_up_done(t0 + 2);
  EXPECT_TRUE(has(machine.take_actions(), Kind::release));
}

TEST(TaskMachine, StopDuringStartWaitsForItsAnswer) {
  TaskMachine machine = machine_of(one);
  machine.accept(t0);
  machine.set_up_done(t0);
  machine.image_ready(0, {.digest = "sha256:aa"}, t0);
  machine.take_actions();
  machine.want_stopped(t0 + 1);
  EXPECT_TRUE(only(machine.take_actions(), Kind::signal).empty());
  machine.started(0, t0 + 2, t0 + 2);
  EXPECT_TRUE(has(machine.take_actions(), Kind::signal));
}

TEST(TaskMachine, ExitBeforeTheAnswerToItsStart) {
  TaskMachine machine = machine_of(one);
  machine.accept(t0);
  machine.set_up_done(t0);
  machine.image_ready(0, {.digest = "sha256:aa"}, t0);
  machine.exited(0, exit_of(5, t0 + 1), t0 + 1);
  EXPECT_EQ(machine.state().containers[0].phase, Phase::starting);
  machine.started(0, t0, t0 + 2);
  EXPECT_EQ(machine.state().containers[0].exit_code, 5);
  EXPECT_TRUE(has(machine.take_actions(), Kind::release));
  machine.released(t0 + 3);
  EXPECT_EQ(drain_reports(machine, t0 + 3), "RUNNING STOPPED ")
      << "it ran, so the server is told that it did";
}

TEST(TaskMachine, ATaskRunsWithoutAContainerThatItCanDoWithout) {
  TaskMachine machine = machine_of(two);
  machine.accept(t0);
  machine.set_up_done(t0);
  machine.image_failed(1, "CannotPullContainerError: no", t0 + 1);
  machine.image_ready(0, {.digest = "sha256:aa"}, t0 + 1);
  EXPECT_EQ(drain_reports(machine, t0 + 1), "PENDING ");
  machine.started(0, t0 + 2, t0 + 2);
  EXPECT_EQ(drain_reports(machine, t0 + 2), "RUNNING ");
  EXPECT_FALSE(machine.state().stopping);
}

TEST(TaskMachine, AReportThatBecameNoneDoesNotKeepTheEndFromBeingTold) {
  TaskMachine machine = machine_of(two);
  machine.accept(t0);
  machine.set_up_done(t0);
  machine.image_ready(0, {.digest = "sha256:aa"}, t0);
  EXPECT_EQ(drain_reports(machine, t0), "PENDING ");
  machine.image_ready(1, {.digest = "sha256:bb"}, t0 + 1);
  machine.tick(t0 + 2'000);
  EXPECT_TRUE(has(machine.take_actions(), Kind::report));
  // It does not arrive; before it is tried again the task begins to stop.
  machine.start_failed(0, "CannotStartContainerError: no", t0 + 3'000);
  machine.started(1, t0, t0 + 3'000);
  ASSERT_FALSE(machine.next_change());
  machine.nothing_to_report(t0 + 4'000);
  machine.exited(1, exit_of(143, t0 + 5'000), t0 + 5'000);
  machine.released(t0 + 5'001);
  EXPECT_TRUE(has(machine.take_actions(), Kind::report));
  EXPECT_EQ(drain_reports(machine, t0 + 5'001), "STOPPED ");
}

TEST(TaskMachine, OutOfMemory) {
  TaskMachine machine = machine_of(one);
  bring_up(machine, t0);
  machine.exited(0, {.exit_code = 137, .oom_killed = true, .finished_at = t0 + 1}, t0 + 1);
  EXPECT_EQ(machine.state().containers[0].reason, "OutOfMemoryError: Container killed due to memory usage");
}

TEST(TaskMachine, EventsTwiceChangeNothing) {
  TaskMachine machine = machine_of(one);
  bring_up(machine, t0);
  machine.started(0, t0 + 9, t0 + 9);
  EXPECT_EQ(machine.state().containers[0].started_at, t0);
  machine.exited(0, exit_of(1, t0 + 10), t0 + 10);
  machine.take_actions();
  machine.exited(0, exit_of(2, t0 + 11), t0 + 11);
  machine.want_stopped(t0 + 12);
  EXPECT_EQ(machine.state().containers[0].exit_code, 1);
  EXPECT_FALSE(has(machine.take_actions(), Kind::release));
}

TEST(TaskMachine, InterfaceIsToldOnceAndWithWhateverComesFirst) {
  TaskMachine machine = machine_of(std::string(one) +
                                   ",'networkMode':'awsvpc','elasticNetworkInterfaces':[{'attachmentArn':'"
                                   "arn:a','ec2Id':'eni-1','macAddress':'02:'"
                                   ",'ipv4Addresses':[{'primary':true,'privateAddress':'172.31.0.9'}],'"
                                   "subnetGatewayIpv4Address':'172.31.0.1/20'}]");
  machine.accept(t0);
  machine.set_up_done(t0);
  EXPECT_TRUE(has(machine.take_actions(), Kind::report));
  std::optional<StateChange> change = machine.next_change();
  ASSERT_TRUE(change);
  EXPECT_EQ(change->status, Reported::pending);
  EXPECT_TRUE(change->interface_attached);
  wire::Value input = submit_input(*change, machine.spec(), machine.state(), "default");
  EXPECT_EQ(input.get("attachments").at(0).get("attachmentArn").string(), "arn:a");
  EXPECT_EQ(input.get("attachments").at(0).get("status").string(), "ATTACHED");
  machine.reported(*change, t0);
  machine.image_ready(0, {.digest = "sha256:aa"}, t0);
  machine.started(0, t0, t0);
  change = machine.next_change();
  ASSERT_TRUE(change);
  EXPECT_FALSE(change->interface_attached);
}

// Its stopTimeout is thirty seconds of a clock on the wall, not of the calendar.
TEST(TaskMachine, AClockThatIsSetNeitherHastensNorPutsOffASigkill) {
  constexpr std::int64_t day_ms = 86'400'000;
  for (std::int64_t jump_ms : {day_ms, -day_ms}) {
    TaskMachine machine = machine_of(one);
    bring_up(machine, t0);
    drain_reports(machine, t0);
    machine.want_stopped(t0);
    (void)machine.take_actions();
    machine.clock_jumped(jump_ms);
    machine.tick(t0 + jump_ms + 29'999);
    EXPECT_FALSE(has(machine.take_actions(), Kind::signal)) << "a day is not thirty seconds";
    EXPECT_EQ(machine.next_due(), t0 + jump_ms + 30'000);
    machine.tick(t0 + jump_ms + 30'000);
    EXPECT_EQ(only(machine.take_actions(), Kind::signal), (std::vector<Action>{{Kind::signal, 0, SIGKILL}}));
  }
}

// A container that may be started again once a minute, unless it exits with 3.
struct Restarted : testing::Test {
  Restarted() { bring_up(machine, t0); }

  TaskMachine machine = machine_of(
      "'containers':[{'name':'a','image':'i','essential':true,'restartPolicy':{'enabled':true,"
      "'restartAttemptPeriod':60,'ignoredExitCodes':[3]}}]");
  const ContainerState& container = machine.state().containers[0];
};

TEST_F(Restarted, BeginsAgainAfterItsPeriod) {
  machine.exited(0, exit_of(1, t0 + 60'000), t0 + 60'001);
  EXPECT_TRUE(has(machine.take_actions(), Kind::start));
  EXPECT_EQ(container.restarts, 1);
  machine.exited(0, exit_of(1, t0 + 60'000), t0 + 60'002);
  machine.started(0, t0 + 60'100, t0 + 60'100);
  EXPECT_EQ(container.phase, Phase::running) << "an exit that is told twice is no exit of the next run";
  machine.exited(0, exit_of(1, t0 + 60'000), t0 + 60'200);
  EXPECT_EQ(container.phase, Phase::running);
  EXPECT_FALSE(container.exit_code);
  machine.exited(0, exit_of(4, t0 + 119'999), t0 + 120'000);
  EXPECT_EQ(container.phase, Phase::stopped) << "it did not run for a period";
  EXPECT_EQ(container.exit_code, 4);
  EXPECT_TRUE(machine.state().stopping);
}

TEST_F(Restarted, AnIgnoredExitCodeAndATaskOnItsWayDownEndIt) {
  TaskMachine other = machine_of(
      "'containers':[{'name':'a','image':'i','essential':true,'restartPolicy':{'enabled':true,"
      "'restartAttemptPeriod':60,'ignoredExitCodes':[3]}}]");
  bring_up(other, t0);
  other.exited(0, exit_of(3, t0 + 100'000), t0 + 100'000);
  EXPECT_EQ(other.state().containers[0].phase, Phase::stopped);

  machine.want_stopped(t0 + 70'000);
  machine.exited(0, exit_of(1, t0 + 71'000), t0 + 71'000);
  EXPECT_EQ(container.phase, Phase::stopped);
}

TEST_F(Restarted, ATaskThatIsStoppedBetweenTwoRunsTellsTheLastExitCode) {
  machine.exited(0, exit_of(9, t0 + 60'000), t0 + 60'000);
  machine.take_actions();
  const auto stored = parse_task_state(to_value(machine.state()));
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->containers[0].restarts, 1);
  TaskMachine next(machine.spec(), *stored);
  next.want_stopped(t0 + 60'001);
  next.recover({std::nullopt}, t0 + 60'002);
  EXPECT_EQ(next.state().containers[0].phase, Phase::stopped);
  EXPECT_EQ(next.state().containers[0].exit_code, 9);
}

TEST_F(Restarted, AnAgentThatDiesOverItBeginsItAgainOnce) {
  machine.exited(0, exit_of(1, t0 + 60'000), t0 + 60'000);
  machine.take_actions();
  const auto stored = parse_task_state(to_value(machine.state()));
  TaskMachine next(machine.spec(), *stored);
  next.recover({std::nullopt}, t0 + 61'000);
  next.set_up_done(t0 + 61'000);
  next.image_ready(0, {.digest = "sha256:aa"}, t0 + 61'000);
  EXPECT_TRUE(has(next.take_actions(), Kind::start));
  EXPECT_EQ(next.state().containers[0].restarts, 1);
}

}  // namespace
}  // namespace slipway::agent
