#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/task/task_spec.hpp"
#include "agent/task/task_state.hpp"
#include "base/time.hpp"
#include "wire/value.hpp"

// What a node tells the server about a task: the input of SubmitTaskStateChange (ECS API reference).
namespace slipway::agent {

struct ContainerChange {
  std::size_t container = 0;  // its place in the task
  Reported status = Reported::pending;
  std::optional<int> exit_code;
};

struct StateChange {
  Reported status = Reported::pending;
  bool interface_attached = false;
  // Only what changed; one that ran and ended in between stands here twice, in order.
  std::vector<ContainerChange> containers;
};

// The next thing to tell, or nothing. Reports are derived from the state, not queued: whatever was lost on
// the way is told again, and the order within a task cannot break. A task that ran is told RUNNING before
// STOPPED. `released`: STOPPED is told only when the task holds nothing any more, so that its address and
// ports can be given to others.
std::optional<StateChange> next_change(const TaskSpec&, const TaskState&);

// True if the change says nothing of the task itself (a sidecar ended): it may wait a little for company.
bool concerns_containers_only(const StateChange&, const TaskState&);

// The server has it, or has refused it for good.
void mark_reported(const StateChange&, TaskState&);

wire::Value submit_input(const StateChange&, const TaskSpec&, const TaskState&, std::string_view cluster);

// "PENDING", "RUNNING", "STOPPED"
std::string_view status_name(Reported);

}  // namespace slipway::agent
