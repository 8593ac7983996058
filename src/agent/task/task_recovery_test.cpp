#include <gtest/gtest.h>

#include <csignal>

#include "agent/task/task_machine.hpp"
#include "agent/task/task_test_util.hpp"

// After the agent's own death.
namespace slipway::agent {
namespace {

using Kind = Action::Kind;
using Phase = ContainerState::Phase;
using test::bring_up, test::drain_reports, test::exit_of, test::has, test::machine_of, test::one, test::only,
    test::t0;

TEST(TaskMachineRecovery, RunningGoesOnAndItsSetUpIsRepeated) {
  TaskMachine before = machine_of(one);
  bring_up(before, t0);
  Result<TaskState> state = parse_task_state(to_value(before.state()));
  ASSERT_TRUE(state);
  TaskMachine machine(before.spec(), *state);
  runtime::ContainerStatus status{.started_at = t0};
  machine.recover({status}, t0 + 1'000);
  std::vector<Action> actions = machine.take_actions();
  EXPECT_TRUE(has(actions, Kind::set_up)) << "its router must answer again";
  EXPECT_FALSE(has(actions, Kind::pull));
  EXPECT_FALSE(has(actions, Kind::start));
}

TEST(TaskMachineRecovery, ExitOfTheTimeBetween) {
  TaskMachine before = machine_of(one);
  bring_up(before, t0);
  drain_reports(before, t0);
  TaskMachine machine(before.spec(), *parse_task_state(to_value(before.state())));
  runtime::ContainerStatus status{.state = runtime::ContainerStatus::State::exited, .started_at = t0};
  status.exit = exit_of(9, t0 + 500);
  machine.recover({status}, t0 + 1'000);
  EXPECT_TRUE(has(machine.take_actions(), Kind::release));
  machine.released(t0 + 1'001);
  EXPECT_EQ(drain_reports(machine, t0 + 1'001), "STOPPED ");
  EXPECT_EQ(machine.state().containers[0].exit_code, 9);
  EXPECT_EQ(machine.state().execution_stopped_at, t0 + 500);
}

TEST(TaskMachineRecovery, StartThatWasUnderWay) {
  TaskMachine before = machine_of(one);
  before.accept(t0);
  before.set_up_done(t0);
  before.image_ready(0, {.digest = "sha256:aa"}, t0);
  ASSERT_EQ(before.state().containers[0].phase, Phase::starting);
  TaskState state = *parse_task_state(to_value(before.state()));

  TaskMachine found(before.spec(), state);
  runtime::ContainerStatus status{.started_at = t0 + 1};
  found.recover({status}, t0 + 10);
  EXPECT_EQ(found.state().containers[0].phase, Phase::running) << "the host had started it";

  TaskMachine lost(before.spec(), state);
  lost.recover({std::nullopt}, t0 + 10);
  EXPECT_TRUE(has(lost.take_actions(), Kind::pull)) << "it had not: from the image again";
}

TEST(TaskMachineRecovery, GoneWithTheMachine) {
  TaskMachine before = machine_of(one);
  bring_up(before, t0);
  TaskMachine machine(before.spec(), *parse_task_state(to_value(before.state())));
  machine.recover({std::nullopt}, t0 + 10);
  EXPECT_TRUE(has(machine.take_actions(), Kind::release));
  EXPECT_EQ(machine.state().containers[0].exit_code, std::nullopt);
  EXPECT_FALSE(machine.state().containers[0].reason.empty());
}

TEST(TaskMachineRecovery, AnEndThatNobodySawIsSaidToBeSo) {
  TaskMachine before = machine_of(one);
  bring_up(before, t0);
  runtime::ContainerStatus status{.state = runtime::ContainerStatus::State::exited, .started_at = t0};
  for (bool host_restarted : {false, true}) {
    TaskMachine machine(before.spec(), *parse_task_state(to_value(before.state())));
    status.exit = runtime::ExitInfo{255, false, false, t0 + 5, host_restarted};
    machine.recover({status}, t0 + 10);
    EXPECT_EQ(machine.state().containers[0].exit_code, 255);
    EXPECT_EQ(machine.state().containers[0].reason,
              host_restarted ? "ContainerRuntimeError: the host was restarted while the container ran"
                             : "ContainerRuntimeError: the exit status was lost with the supervisor");
  }
}

TEST(TaskMachineRecovery, StopThatWasUnderWayGoesOn) {
  TaskMachine before = machine_of(one);
  bring_up(before, t0);
  before.want_stopped(t0);
  TaskMachine machine(before.spec(), *parse_task_state(to_value(before.state())));
  runtime::ContainerStatus status{.started_at = t0};
  machine.recover({status}, t0 + 10);
  EXPECT_EQ(only(machine.take_actions(), Kind::signal), (std::vector<Action>{{Kind::signal, 0, SIGTERM}}));
}

TEST(TaskMachineRecovery, AcknowledgedStopIsOnlyForgotten) {
  TaskMachine before = machine_of(one);
  bring_up(before, t0);
  before.exited(0, exit_of(0, t0), t0);
  before.released(t0);
  drain_reports(before, t0);
  TaskMachine machine(before.spec(), *parse_task_state(to_value(before.state())));
  machine.recover({std::nullopt}, t0 + 10);
  EXPECT_EQ(machine.take_actions(), (std::vector<Action>{{Kind::forget, 0, 0}}));
}

}  // namespace
}  // namespace slipway::agent
