#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "agent/task/state_change.hpp"
#include "agent/task/task_spec.hpp"
#include "agent/task/task_state.hpp"
#include "base/time.hpp"
#include "runtime/container.hpp"

namespace slipway::agent {

// What the machine asks its runner to do. Every action but signal, report and forget is answered by an event.
struct Action {
  enum class Kind {
    pull,     // the image of `container` → image_ready, image_failed
    set_up,   // the task's cgroup and network → set_up_done, set_up_failed
    start,    // `container` → started, start_failed
    probe,    // the health check of `container` → probed, probe_lost
    signal,   // `signal` to `container`; it exits or the machine asks again
    release,  // ship the rest of the logs, then remove containers, networks and cgroup → released
    report,   // next_change() has something to tell → reported, nothing_to_report
    forget    // the server knows that it stopped: remove its files; the machine is done
  };
  Kind kind = Kind::report;
  std::size_t container = 0;
  int signal = 0;

  bool operator==(const Action&) const = default;
};

struct ImageFacts {
  std::string digest, id;
  int stop_signal = 15;
};

// A task's life on a node (ECS developer guide, "Task lifecycle", from the agent's side), as a pure machine:
// no I/O, no clock, no threads. Events go in with the time, actions come out of take_actions(). Events that
// come late or twice change nothing.
class TaskMachine {
 public:
  // A new task; `state` has a container for each of the spec, with its ids.
  TaskMachine(TaskSpec spec, TaskState state);

  // First event of a new task.
  void accept(Instant now);
  // First event of a task from disk: what the host still has of each container, in order; none: nothing.
  void recover(const std::vector<std::optional<runtime::ContainerStatus>>& found, Instant now);

  void want_stopped(Instant now);
  void image_ready(std::size_t container, ImageFacts facts, Instant now);
  void image_failed(std::size_t container, std::string reason, Instant now);
  void set_up_done(Instant now);
  void set_up_failed(std::string reason, Instant now);
  // Bridge mode: known before the start, so that it is on disk when the container runs.
  void bound(std::size_t container, std::string ip, std::vector<runtime::PublishedPort> ports);
  void started(std::size_t container, Instant started_at, Instant now);
  void start_failed(std::size_t container, std::string reason, Instant now);
  void exited(std::size_t container, const runtime::ExitInfo& exit, Instant now);
  void probed(std::size_t container, const runtime::ProbeResult& result, Instant now);
  // It could not be run: it says nothing of the container.
  void probe_lost(std::size_t container, Instant now);
  // Something of the task as a whole went wrong while it ran: it is stopped, and `reason` is told.
  void failed(std::string reason, Instant now);
  void released(Instant now);
  void reported(const StateChange& change, Instant now);
  // A report was asked for, and when it was to be sent (again) next_change() had nothing.
  void nothing_to_report(Instant now);
  void tick(Instant now);
  // The wall clock was set, and shows so much more than it would: what waits still waits as long.
  void clock_jumped(std::int64_t by_ms);

  // What to do since the last call, in order.
  std::vector<Action> take_actions();
  // When tick() has something to do next, if nothing else happens; none: never. Later than the last tick():
  // whoever waits for it and ticks makes progress.
  std::optional<Instant> next_due() const;
  std::optional<StateChange> next_change() const { return agent::next_change(spec_, state_); }

  const TaskSpec& spec() const { return spec_; }
  const TaskState& state() const { return state_; }
  // Fresh session of the task's or the execution role.
  void set_credentials(RoleCredentials role, bool execution);
  bool stopped() const;
  bool forgotten() const { return forgotten_; }

 private:
  using Phase = ContainerState::Phase;

  // What need not survive the agent: it is asked for again.
  struct Work {
    enum class Image { unknown, pulling, ready } image = Image::unknown;
    std::optional<runtime::ExitInfo> early;  // its exit came before the answer to its start
    std::optional<runtime::ExitInfo> past;   // of its run before this one: may be told once more
    Instant kill_at;                         // SIGTERM was sent; when SIGKILL follows
    bool probing = false;
    Instant probe_at;  // the next probe; while one runs, when it is taken for lost
  };
  enum class SetUp { wanted, asked, done, failed };
  enum class Wait { satisfied, waits, hopeless };

  void advance(Instant now);
  void judge_stop(Instant now);
  void begin(Instant now);
  void start_what_can(Instant now);
  void stop_what_may(Instant now);
  void probe_what_is_due(Instant now);
  void finish();
  void consider_report(Instant now);
  Wait wait_of(std::size_t container, Instant now, std::string& why) const;
  Wait wait_for(const Dependency&, const std::string& dependant, Instant now, std::string& why) const;
  bool all_stopped() const;
  bool dependants_stopped(std::size_t container) const;
  bool is_awaited(std::size_t container) const;  // by one that has not started
  // It has ended for good, or begins again.
  void settle_exit(std::size_t container, const runtime::ExitInfo& exit);
  bool begins_again(std::size_t container, const runtime::ExitInfo& exit) const;
  void never_starts(std::size_t container, std::string reason, std::optional<int> exit_code, Instant now);
  void ask(Action::Kind kind, std::size_t container = 0, int signal = 0);

  TaskSpec spec_;
  TaskState state_;
  std::vector<Work> work_;
  SetUp set_up_ = SetUp::wanted;
  bool release_asked_ = false;
  bool report_asked_ = false;
  Instant report_at_;  // a change of containers alone waits until then
  bool forgotten_ = false;
  std::vector<Action> actions_;
};

}  // namespace slipway::agent
