#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/task/task_machine.hpp"
#include "base/random.hpp"
#include "sim/host_model.hpp"
#include "sim/timeline.hpp"
#include "wire/value.hpp"

namespace slipway::sim {

// What the agent's disk keeps of a task.
struct TaskFile {
  wire::Value payload;
  wire::Value state;
};

// What one task's runner needs of its agent.
struct TaskAgentContext {
  Timeline& timeline;
  HostModel& host;
  Random& random;
  std::function<void(const std::string& task_id, TaskFile)> save;
  // SubmitTaskStateChange; `done` once, with the answer or an error.
  std::function<void(wire::Value input, std::function<void(Result<>)> done)> submit;
  std::function<void(const std::string& task_id)> forgotten;
};

// Lives no longer than its agent's process. Does what the agent's own task machine asks for, as
// agent/task_runner.cpp does it: saves before what could not be found again, reports in order, releases
// before it reports the end.
class TaskAgent {
 public:
  TaskAgent(const TaskAgentContext& context, wire::Value payload, agent::TaskSpec spec,
            agent::TaskState state);

  void accept();
  void recover();
  void want_stopped();
  void exited(const runtime::ContainerStatus& status);

  const agent::TaskMachine& machine() const { return machine_; }

 private:
  void pump();
  void perform(const agent::Action& action);
  void pull(std::size_t container);
  void set_up();
  void start(std::size_t container);
  void report();
  void forget();
  void save();
  void keep_time();

  Instant now() const { return context_.timeline.now(); }
  // An answer that comes after this object is gone is nobody's.
  template <class Function>
  auto while_alive(Function function) {
    return [token = life_.token(), function = std::move(function)](auto&&... arguments) mutable {
      if (!token.expired()) function(std::forward<decltype(arguments)>(arguments)...);
    };
  }
  std::string id_of(std::size_t container) const { return machine_.state().containers[container].id; }

  const TaskAgentContext& context_;
  Life life_;
  wire::Value payload_;
  agent::TaskMachine machine_;
  std::optional<Instant> alarm_;
  std::int64_t backoff_ms_ = 1'000;
};

}  // namespace slipway::sim
