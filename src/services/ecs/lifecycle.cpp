#include "services/ecs/lifecycle.hpp"

#include <algorithm>
#include <set>

#include "base/limits.hpp"
#include "base/port_range.hpp"
#include "services/common/network_interface.hpp"
#include "services/ecs/acs.hpp"

namespace slipway::services::ecs {
namespace {

using core::ecs::Container;
using core::ecs::Task;

void enter(Task& task, std::string_view status) {
  if (task.last_status == status) return;
  task.last_status = status;
  ++task.version;
}

bool ending(const Task& task) {
  return task.desired_status == "STOPPED";
}

void begin_stopping(Task& task, std::string stop_code, std::string reason, Instant now) {
  task.desired_status = "STOPPED";
  task.stop_code = std::move(stop_code);
  task.stopped_reason = std::move(reason);
  task.stopping_at = now;
  ++task.version;
}

// The last steps, which need no node: the interface goes back to its subnet, the claim on the host ends.
void finish(core::Turn& turn, Task task) {
  if (!task.execution_stopped_at) task.execution_stopped_at = turn.now();
  if (!task.network_interface_id.empty()) {
    enter(task, "DEPROVISIONING");
    delete_network_interface(turn, task.realm, task.network_interface_id);
    task.attachment_status = "DELETED";
  }
  enter(task, "STOPPED");
  task.stopped_at = turn.now();
  for (Container& container : task.containers) container.last_status = "STOPPED";
  turn.put(turn.state.tasks, std::move(task));
}

// A container only goes forward: a report that was slow on its way, or sent twice, takes nothing back. Words
// that are none of ours come first, so that they change nothing.
int place_of(std::string_view container_status) {
  return container_status == "PENDING"   ? 1
         : container_status == "RUNNING" ? 2
         : container_status == "STOPPED" ? 3
                                         : 0;
}

bool is_port(std::int64_t number) {
  return number >= 1 && number <= 65535;
}

core::ecs::NetworkBinding binding_of(const wire::ecs::NetworkBinding& binding) {
  core::ecs::NetworkBinding made;
  made.bind_ip = binding.bind_ip();
  made.protocol = binding.protocol();
  made.container_port = binding.container_port();
  made.host_port = binding.host_port();
  const auto inside = PortRange::parse(binding.container_port_range()),
             outside = PortRange::parse(binding.host_port_range());
  if (inside && outside && inside->size() == outside->size()) {
    made.container_port = inside->first, made.container_port_last = inside->last;
    made.host_port = outside->first, made.host_port_last = outside->last;
  }
  return made;
}

void apply(Container& container, Task& task, const wire::ecs::ContainerStateChange& change) {
  if (place_of(change.status()) > place_of(container.last_status)) container.last_status = change.status();
  if (change.has_exit_code() && !container.exit_code) container.exit_code = change.exit_code();
  if (change.has_reason() && !change.reason().empty()) container.reason = change.reason();
  if (change.has_image_digest()) container.image_digest = change.image_digest();
  if (change.has_runtime_id()) container.runtime_id = change.runtime_id();
  if (change.network_bindings().empty()) return;
  container.bindings.clear();
  for (const auto binding : change.network_bindings()) {
    core::ecs::NetworkBinding made = binding_of(binding);
    const bool known = std::ranges::any_of(task.host_ports, [&](const auto& port) {
      return port.host_port == made.host_port && port.protocol == made.protocol;
    });
    if (!known && is_port(made.host_port)) task.host_ports.push_back(made);
    container.bindings.push_back(std::move(made));
  }
}

// Why a task stopped that nobody asked to stop: it never ran (then the first container with a reason tells),
// or one of its essential containers ended.
void explain(Task& task, std::string_view reported, Instant now) {
  if (!task.started_at) {
    std::string reason(reported);
    for (const Container& container : task.containers)
      if (reason.empty()) reason = container.reason;
    begin_stopping(task, "TaskFailedToStart", reason.empty() ? "Task failed to start" : reason, now);
  } else {
    begin_stopping(task, "EssentialContainerExited",
                   reported.empty() ? "Essential container in task exited" : std::string(reported), now);
  }
}

void running(Task& task, Instant now) {
  if (task.started_at) return;
  if (ending(task)) {
    task.started_at = now;
    return;
  }
  enter(task, "ACTIVATING");
  enter(task, "RUNNING");
  task.started_at = now;
}

// Those that nothing runs from any more. All tasks are looked at, but only while there are such.
void delete_definitions(core::Turn& turn) {
  core::State& state = turn.state;
  const auto& deleting = state.task_definitions.with("deleting", "");
  if (deleting.empty()) return;
  std::set<std::string> used;
  for (const auto& [key, task] : state.tasks.rows())
    if (!task->stopped()) used.insert(core::ecs::TaskDefinition::key_of(task->realm, task->family, task->revision));
  std::vector<std::string> unused;
  for (const auto& key : deleting)
    if (!used.contains(key) && unused.size() < limits::turn_rows / 4) unused.push_back(key);
  for (const auto& key : unused) turn.erase(state.task_definitions, key);
}

}  // namespace

void start(core::Turn& turn, const Environment& environment, Task task) {
  const std::string key = task.key();
  turn.put(turn.state.tasks, std::move(task));
  send_task(turn, environment, *turn.state.tasks.find(key));
}

void stop(core::Turn& turn, const std::string& task_key, std::string stop_code, std::string reason) {
  const Task* current = turn.state.tasks.find(task_key);
  if (!current || ending(*current)) return;
  const Task& task = turn.modify(turn.state.tasks, task_key, [&](Task& each) {
    begin_stopping(each, std::move(stop_code), std::move(reason), turn.now());
    if (each.last_status == "RUNNING") enter(each, "DEACTIVATING");
    enter(each, "STOPPING");
  });
  send_stop(turn, task);
}

void report(core::Turn& turn, const std::string& task_key,
            const wire::ecs::SubmitTaskStateChangeRequest& change) {
  const Task* current = turn.state.tasks.find(task_key);
  if (!current || current->stopped()) return;
  Task task = *current;
  for (const auto each : change.containers()) {
    auto container = std::ranges::find(task.containers, each.container_name(), &Container::name);
    if (container != task.containers.end()) apply(*container, task, each);
  }
  for (const auto each : change.attachments())
    if (each.status() == "ATTACHED" && !task.connectivity_at) {
      task.attachment_status = "ATTACHED";
      task.connectivity_at = turn.now();
    }
  if (change.has_pull_started_at()) task.pull_started_at = change.pull_started_at();
  if (change.has_pull_stopped_at()) task.pull_stopped_at = change.pull_stopped_at();
  if (change.has_execution_stopped_at()) task.execution_stopped_at = change.execution_stopped_at();

  // An essential container's end is the task's, though its node still stops the others.
  const bool essential_ended = std::ranges::any_of(
      task.containers, [](const Container& each) { return each.essential && each.last_status == "STOPPED"; });
  if (change.status() == "PENDING" || change.status() == "RUNNING") {
    if (task.last_status == "PROVISIONING") enter(task, "PENDING");
    if (change.status() == "RUNNING") running(task, turn.now());
    if (!task.connectivity_at && task.network_interface_id.empty() && change.status() == "RUNNING")
      task.connectivity_at = turn.now();
    if (essential_ended && task.started_at && !ending(task)) {
      explain(task, "", turn.now());
      enter(task, "DEACTIVATING");
      enter(task, "STOPPING");
    }
  } else if (change.status() == "STOPPED") {
    if (!ending(task)) explain(task, change.reason(), turn.now());
    if (task.last_status == "RUNNING") enter(task, "DEACTIVATING");
    enter(task, "STOPPING");
    finish(turn, std::move(task));
    return;
  }
  if (task.version == current->version) ++task.version;
  turn.put(turn.state.tasks, std::move(task));
}

void abandon(core::Turn& turn, const std::string& task_key, std::string stop_code, std::string reason) {
  const Task* current = turn.state.tasks.find(task_key);
  if (!current || current->stopped()) return;
  Task task = *current;
  if (!ending(task)) begin_stopping(task, std::move(stop_code), std::move(reason), turn.now());
  finish(turn, std::move(task));
}

void tick(core::Turn& turn, const Environment& environment) {
  core::State& state = turn.state;
  std::vector<std::string> over;
  for (const auto& key : state.tasks.with("stopped", "")) {
    if (over.size() == limits::turn_rows / 4) break;
    if (turn.now() - state.tasks.find(key)->stopped_at >= limits::stopped_task_kept_ms) over.push_back(key);
  }
  for (const auto& key : over) turn.erase(state.tasks, key);
  std::vector<std::string> expired;
  for (const auto& key : state.idempotency_tokens.with("all", "")) {
    if (expired.size() == limits::turn_rows / 4) break;
    if (turn.now() >= state.idempotency_tokens.find(key)->expires_at) expired.push_back(key);
  }
  for (const auto& key : expired) turn.erase(state.idempotency_tokens, key);
  delete_definitions(turn);
  renew_credentials(turn, environment);
}

}  // namespace slipway::services::ecs
