#include "agent/task/task_machine.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/check.hpp"

// The machine is level-triggered: an event only notes what is now so, and advance() compares that with what
// is wanted and asks for the difference. So a lost answer, a restart and an event that comes twice need no
// cases of their own, and the agent's death at any point is one of them.
namespace slipway::agent {

namespace {

// A SIGKILL that shows no effect (a process in uninterruptible sleep) is repeated.
constexpr std::int64_t kill_again_ms = 10'000;
// Changes of containers alone wait for company; the stock agent lets them wait 10-30 s.
constexpr std::int64_t quiet_change_ms = 1'000;
// What docker reports for a container that SIGTERM ended: the agent's word for one that a dependency kept
// from starting.
constexpr int exit_code_not_started = 143;
// After a probe's own timeout: the supervisor that was to tell of it is gone.
constexpr std::int64_t probe_lost_ms = 15'000;

}  // namespace

TaskMachine::TaskMachine(TaskSpec spec, TaskState state) : spec_(std::move(spec)), state_(std::move(state)) {
  check(spec_.containers.size() == state_.containers.size(),
        "a task's state has other containers than its spec");
  work_.resize(spec_.containers.size());
}

// --- Events ---

void TaskMachine::accept(Instant now) {
  for (ContainerState& container : state_.containers) container.created_at = now;
  advance(now);
}

void TaskMachine::recover(const std::vector<std::optional<runtime::ContainerStatus>>& found, Instant now) {
  check(found.size() == work_.size(), "recover() wants one answer per container");
  for (std::size_t i = 0; i < found.size(); ++i) {
    ContainerState& container = state_.containers[i];
    if (container.phase == Phase::stopped) continue;
    if (found[i]) {
      container.started_at = found[i]->started_at;
      container.phase = Phase::running;
      container.finished_at = {};
      container.exit_code.reset();
      if (found[i]->exit) settle_exit(i, *found[i]->exit);
    } else if (container.phase == Phase::running) {
      // It ran, and the host knows nothing of it: the machine was started anew.
      container.phase = Phase::stopped;
      container.finished_at = now;
      container.reason = "ContainerRuntimeError: the container was gone when the node came back";
    } else {
      container.phase = Phase::waiting;
    }
  }
  advance(now);
}

void TaskMachine::want_stopped(Instant now) {
  state_.stop_wanted = true;
  advance(now);
}

void TaskMachine::image_ready(std::size_t i, ImageFacts facts, Instant now) {
  state_.containers[i].image_digest = std::move(facts.digest);
  state_.containers[i].image_id = std::move(facts.id);
  state_.containers[i].stop_signal = facts.stop_signal;
  work_[i].image = Work::Image::ready;
  bool pulling =
      std::ranges::any_of(work_, [](const Work& work) { return work.image == Work::Image::pulling; });
  if (!pulling) state_.pull_stopped_at = now;
  advance(now);
}

void TaskMachine::image_failed(std::size_t i, std::string reason, Instant now) {
  work_[i].image = Work::Image::unknown;
  if (state_.containers[i].phase == Phase::waiting) never_starts(i, std::move(reason), std::nullopt, now);
  if (!state_.pull_stopped_at) state_.pull_stopped_at = now;
  advance(now);
}

void TaskMachine::set_up_done(Instant now) {
  set_up_ = SetUp::done;
  if (spec_.network_interface) state_.interface_up = true;
  advance(now);
}

void TaskMachine::set_up_failed(std::string reason, Instant now) {
  set_up_ = SetUp::failed;
  if (state_.reason.empty()) state_.reason = std::move(reason);
  advance(now);
}

void TaskMachine::bound(std::size_t i, std::string ip, std::vector<runtime::PublishedPort> ports) {
  state_.containers[i].ip = std::move(ip);
  state_.containers[i].ports = std::move(ports);
}

void TaskMachine::started(std::size_t i, Instant started_at, Instant now) {
  ContainerState& container = state_.containers[i];
  if (container.phase != Phase::starting) return;
  container.phase = Phase::running;
  container.started_at = started_at;
  container.finished_at = {};
  container.exit_code.reset();
  if (work_[i].early) settle_exit(i, *work_[i].early);
  advance(now);
}

void TaskMachine::start_failed(std::size_t i, std::string reason, Instant now) {
  if (state_.containers[i].phase != Phase::starting) return;
  never_starts(i, std::move(reason), std::nullopt, now);
  advance(now);
}

void TaskMachine::exited(std::size_t i, const runtime::ExitInfo& exit, Instant now) {
  if (work_[i].past == exit) return;
  if (state_.containers[i].phase == Phase::starting) {
    work_[i].early = exit;
    return;
  }
  if (state_.containers[i].phase != Phase::running) return;
  settle_exit(i, exit);
  advance(now);
}

void TaskMachine::probed(std::size_t i, const runtime::ProbeResult& result, Instant now) {
  ContainerState& container = state_.containers[i];
  const std::optional<HealthCheck>& check = spec_.containers[i].health_check;
  if (!check || !work_[i].probing || container.phase != Phase::running) return;
  take_probe(*check, container.started_at, result.exit_code == 0 && !result.timed_out, now, container.health);
  container.health.exit_code = result.exit_code;
  container.health.output = result.output;
  probe_lost(i, now);
}

void TaskMachine::probe_lost(std::size_t i, Instant now) {
  const ContainerState& container = state_.containers[i];
  if (!std::exchange(work_[i].probing, false)) return;
  work_[i].probe_at =
      now + probe_pause_ms(*spec_.containers[i].health_check, container.health, container.started_at, now);
  advance(now);
}

void TaskMachine::failed(std::string reason, Instant now) {
  if (state_.stopping || stopped()) return;
  state_.reason = std::move(reason);
  advance(now);
}

void TaskMachine::released(Instant now) {
  state_.released = true;
  state_.interface_up = false;
  advance(now);
}

void TaskMachine::reported(const StateChange& change, Instant now) {
  mark_reported(change, state_);
  report_asked_ = false;
  report_at_ = {};
  advance(now);
}

// A change that failed to reach the server can become none before it is tried again: a task on its way down
// tells the rest at its end. That end must be asked for anew.
void TaskMachine::nothing_to_report(Instant now) {
  report_asked_ = false;
  report_at_ = {};
  advance(now);
}

void TaskMachine::tick(Instant now) {
  advance(now);
}

void TaskMachine::clock_jumped(std::int64_t by_ms) {
  if (report_at_) report_at_ = report_at_ + by_ms;
  for (Work& work : work_)
    for (Instant* at : {&work.kill_at, &work.probe_at})
      if (*at) *at = *at + by_ms;
}

void TaskMachine::set_credentials(RoleCredentials role, bool execution) {
  (execution ? spec_.execution_role : spec_.role) = std::move(role);
}

// --- What follows from it ---

void TaskMachine::advance(Instant now) {
  judge_stop(now);
  if (!state_.stopping) begin(now);
  if (!state_.stopping) start_what_can(now);
  judge_stop(now);
  if (state_.stopping) stop_what_may(now);
  if (!state_.stopping) probe_what_is_due(now);
  if (state_.stopping && all_stopped()) finish();
  consider_report(now);
}

void TaskMachine::judge_stop(Instant now) {
  bool essential_stopped = false;
  for (std::size_t i = 0; i < work_.size(); ++i)
    if (spec_.containers[i].essential && state_.containers[i].phase == Phase::stopped)
      essential_stopped = true;
  if (!state_.stop_wanted && !essential_stopped && !all_stopped() && state_.reason.empty()) return;
  state_.stopping = true;
  if (!state_.execution_stopped_at && (essential_stopped || all_stopped())) state_.execution_stopped_at = now;
}

void TaskMachine::begin(Instant now) {
  if (set_up_ == SetUp::wanted) {
    set_up_ = SetUp::asked;
    ask(Action::Kind::set_up);
  }
  for (std::size_t i = 0; i < work_.size(); ++i) {
    if (state_.containers[i].phase != Phase::waiting || work_[i].image != Work::Image::unknown) continue;
    work_[i].image = Work::Image::pulling;
    if (!state_.pull_started_at) state_.pull_started_at = now;
    ask(Action::Kind::pull, i);
  }
}

// One container that cannot start any more may make others hopeless: until nothing changes.
void TaskMachine::start_what_can(Instant now) {
  if (set_up_ != SetUp::done) return;
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < work_.size(); ++i) {
      if (state_.containers[i].phase != Phase::waiting) continue;
      std::string why;
      Wait wait = wait_of(i, now, why);
      if (wait == Wait::hopeless) {
        never_starts(i, std::move(why), exit_code_not_started, now);
        changed = true;
      } else if (wait == Wait::satisfied && work_[i].image == Work::Image::ready) {
        state_.containers[i].phase = Phase::starting;
        ask(Action::Kind::start, i);
      }
    }
  }
}

TaskMachine::Wait TaskMachine::wait_of(std::size_t i, Instant now, std::string& why) const {
  Wait worst = Wait::satisfied;
  for (const Dependency& dependency : spec_.containers[i].depends_on) {
    Wait wait = wait_for(dependency, spec_.containers[i].name, now, why);
    if (wait == Wait::hopeless) return wait;
    if (wait == Wait::waits) worst = wait;
  }
  return worst;
}

TaskMachine::Wait TaskMachine::wait_for(const Dependency& dependency, const std::string& dependant,
                                        Instant now, std::string& why) const {
  using enum Dependency::Condition;
  std::size_t on = *spec_.index_of(dependency.container);
  const ContainerState& state = state_.containers[on];
  auto hopeless = [&](const char* because) {
    why = "CannotStartContainerError: dependency graph: container ordering dependency [" +
          dependency.container + "] for target [" + dependant + "] " + because;
    return Wait::hopeless;
  };
  bool ran = static_cast<bool>(state.started_at);
  if (state.phase == Phase::stopped && !ran) return hopeless("did not start.");
  if (dependency.condition == start) return ran ? Wait::satisfied : Wait::waits;
  if (dependency.condition == healthy && state.health.status == HealthStatus::healthy) return Wait::satisfied;
  if (state.phase == Phase::stopped) {
    if (dependency.condition == complete) return Wait::satisfied;
    if (dependency.condition == success && state.exit_code == 0) return Wait::satisfied;
    return hopeless(dependency.condition == success ? "did not exit successfully."
                                                    : "stopped before it was healthy.");
  }
  std::int64_t timeout_s = spec_.containers[on].start_timeout_s;
  if (ran && timeout_s > 0 && now - state.started_at >= timeout_s * 1000) return hopeless("has timed out.");
  return Wait::waits;
}

// In reverse order of dependence: first those that nobody needs any more. SIGTERM, then SIGKILL after the
// container's own stopTimeout, counted from its own SIGTERM.
void TaskMachine::stop_what_may(Instant now) {
  for (std::size_t i = 0; i < work_.size(); ++i)
    if (state_.containers[i].phase == Phase::waiting)
      never_starts(i, "", state_.containers[i].exit_code, now);  // of its run before, if there was one
  for (std::size_t i = 0; i < work_.size(); ++i) {
    if (state_.containers[i].phase != Phase::running || !dependants_stopped(i)) continue;
    if (!work_[i].kill_at) {
      work_[i].kill_at = now + spec_.containers[i].stop_timeout_s * 1000;
      ask(Action::Kind::signal, i, state_.containers[i].stop_signal);
    }
    if (now >= work_[i].kill_at) {
      work_[i].kill_at = now + kill_again_ms;
      ask(Action::Kind::signal, i, SIGKILL);
    }
  }
}

void TaskMachine::probe_what_is_due(Instant now) {
  for (std::size_t i = 0; i < work_.size(); ++i) {
    const std::optional<HealthCheck>& check = spec_.containers[i].health_check;
    const ContainerState& container = state_.containers[i];
    if (!check || container.phase != Phase::running) continue;
    Work& work = work_[i];
    if (!work.probe_at)
      work.probe_at = now + probe_pause_ms(*check, container.health, container.started_at, now);
    if (now < work.probe_at) continue;
    work.probing = true;
    work.probe_at = now + check->timeout_ms + probe_lost_ms;
    ask(Action::Kind::probe, i);
  }
}

void TaskMachine::finish() {
  // A set-up under way would make things behind the release's back.
  if (set_up_ == SetUp::asked || release_asked_ || state_.released) return;
  release_asked_ = true;
  ask(Action::Kind::release);
}

void TaskMachine::consider_report(Instant now) {
  if (state_.reported == Reported::stopped && !forgotten_) {
    forgotten_ = true;
    ask(Action::Kind::forget);
  }
  if (report_asked_ || forgotten_) return;
  std::optional<StateChange> change = next_change();
  if (!change) {
    report_at_ = {};  // what waited is told with the end of the task
    return;
  }
  if (concerns_containers_only(*change, state_)) {
    if (!report_at_) report_at_ = now + quiet_change_ms;
    if (now < report_at_) return;
  }
  report_asked_ = true;
  ask(Action::Kind::report);
}

// --- Small print ---

bool TaskMachine::stopped() const {
  return state_.released && all_stopped();
}

bool TaskMachine::all_stopped() const {
  return std::ranges::all_of(
      state_.containers, [](const ContainerState& container) { return container.phase == Phase::stopped; });
}

bool TaskMachine::dependants_stopped(std::size_t i) const {
  for (std::size_t other = 0; other < work_.size(); ++other)
    if (state_.containers[other].phase != Phase::stopped)
      for (const Dependency& dependency : spec_.containers[other].depends_on)
        if (dependency.container == spec_.containers[i].name) return false;
  return true;
}

bool TaskMachine::is_awaited(std::size_t i) const {
  for (std::size_t other = 0; other < work_.size(); ++other)
    if (state_.containers[other].phase == Phase::waiting)
      for (const Dependency& dependency : spec_.containers[other].depends_on)
        if (dependency.container == spec_.containers[i].name) return true;
  return false;
}

// ECS developer guide, "Restart individual containers in Amazon ECS tasks with container restart policies": once
// in every attempt period, counted from its last start. What the machine's restart ended was not its own doing.
bool TaskMachine::begins_again(std::size_t i, const runtime::ExitInfo& exit) const {
  const std::optional<RestartPolicy>& policy = spec_.containers[i].restart_policy;
  if (!policy || state_.stopping || state_.stop_wanted || exit.host_restarted) return false;
  const auto& ignored = policy->ignored_exit_codes;
  if (std::ranges::find(ignored, exit.exit_code) != ignored.end()) return false;
  return exit.finished_at - state_.containers[i].started_at >= policy->attempt_period_ms;
}

void TaskMachine::settle_exit(std::size_t i, const runtime::ExitInfo& exit) {
  ContainerState& container = state_.containers[i];
  container.exit_code = exit.exit_code;
  container.finished_at = exit.finished_at;
  if (begins_again(i, exit)) {
    container.phase = Phase::waiting;
    container.health = {};
    work_[i].early.reset();
    work_[i].past = exit;
    work_[i].probing = false;
    work_[i].probe_at = {};
    ++container.restarts;
    return;
  }
  container.phase = Phase::stopped;
  if (exit.oom_killed)
    container.reason = "OutOfMemoryError: Container killed due to memory usage";
  else if (exit.host_restarted)
    container.reason = "ContainerRuntimeError: the host was restarted while the container ran";
  else if (!exit.code_known)
    container.reason = "ContainerRuntimeError: the exit status was lost with the supervisor";
  if (spec_.containers[i].essential && !state_.execution_stopped_at)
    state_.execution_stopped_at = exit.finished_at;
}

void TaskMachine::never_starts(std::size_t i, std::string reason, std::optional<int> exit_code, Instant now) {
  ContainerState& container = state_.containers[i];
  container.phase = Phase::stopped;
  container.reason = std::move(reason);
  container.exit_code = exit_code;
  container.finished_at = now;
}

void TaskMachine::ask(Action::Kind kind, std::size_t container, int signal) {
  actions_.push_back({kind, container, signal});
}

std::vector<Action> TaskMachine::take_actions() {
  return std::exchange(actions_, {});
}

std::optional<Instant> TaskMachine::next_due() const {
  std::optional<Instant> due;
  auto at_latest = [&due](Instant when) {
    if (!due || when < *due) due = when;
  };
  if (report_at_ && !report_asked_) at_latest(report_at_);
  for (std::size_t i = 0; i < work_.size(); ++i) {
    const ContainerState& container = state_.containers[i];
    if (container.phase != Phase::running) continue;
    if (state_.stopping && work_[i].kill_at) at_latest(work_[i].kill_at);
    if (!state_.stopping && work_[i].probe_at) at_latest(work_[i].probe_at);
    if (!state_.stopping && spec_.containers[i].start_timeout_s > 0) {
      Instant when = container.started_at + spec_.containers[i].start_timeout_s * 1000;
      if (is_awaited(i)) at_latest(when);
    }
  }
  return due;
}

}  // namespace slipway::agent
