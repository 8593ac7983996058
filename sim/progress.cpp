#include "sim/progress.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace slipway::sim {
namespace {

using core::ecs::Container;
using core::ecs::Task;
using core::ecs::TaskDefinition;

std::string of(const Task& task, const std::string& what) {
  return "task " + task.key() + " (" + task.last_status + ", version " + std::to_string(task.version) +
         "): " + what;
}

int container_rank(const std::string& status) {
  return status == "PENDING" ? 0 : status == "RUNNING" ? 1 : 2;
}

// Once set, a time stays.
bool moved(Instant before, Instant after) {
  return before && before != after;
}

Wrong compare_containers(const Task& before, const Task& after) {
  if (before.containers.size() != after.containers.size()) return of(after, "its containers are others");
  for (std::size_t i = 0; i < before.containers.size(); ++i) {
    const Container &was = before.containers[i], &is = after.containers[i];
    if (was.id != is.id || was.name != is.name) return of(after, "its containers are others");
    if (container_rank(is.last_status) < container_rank(was.last_status))
      return of(after,
                "container " + is.name + " goes back from " + was.last_status + " to " + is.last_status);
    if (was.exit_code && was.exit_code != is.exit_code)
      return of(after, "container " + is.name + " exits twice");
    if (!was.runtime_id.empty() && was.runtime_id != is.runtime_id)
      return of(after, "container " + is.name + " was started twice");
  }
  return std::nullopt;
}

// Nothing but its tags changes any more.
Wrong compare_stopped(const Task& before, Task after) {
  after.tags = before.tags;
  if (core::encode(before) != core::encode(after)) return of(after, "it changed after it had stopped");
  return std::nullopt;
}

Wrong compare_tasks(const Task& before, const Task& after) {
  if (before.stopped()) return compare_stopped(before, after);
  if (after.version < before.version) return of(after, "its version went back");
  if (rank_of(after.last_status) < rank_of(before.last_status))
    return of(after, "it went back from " + before.last_status);
  const bool visible = before.last_status != after.last_status ||
                       before.desired_status != after.desired_status || before.containers != after.containers;
  if (visible && after.version == before.version) return of(after, "it changed, its version did not");
  if (before.desired_status == "STOPPED" &&
      (after.desired_status != "STOPPED" || before.stop_code != after.stop_code ||
       before.stopped_reason != after.stopped_reason))
    return of(after, "the reason of its end was lost");
  if (before.host_id != after.host_id || before.container_instance_id != after.container_instance_id ||
      before.network_interface_id != after.network_interface_id || before.cluster != after.cluster ||
      before.revision != after.revision || before.cpu_units != after.cpu_units)
    return of(after, "it was placed again");
  if (moved(before.created_at, after.created_at) || moved(before.started_at, after.started_at) ||
      moved(before.stopping_at, after.stopping_at) || moved(before.connectivity_at, after.connectivity_at))
    return of(after, "one of its times moved");
  return compare_containers(before, after);
}

Wrong compare_definitions(const TaskDefinition& before, const TaskDefinition* after) {
  if (!after) return before.arn() + " is gone";
  if (before.document != after->document || before.containers != after->containers ||
      before.registered_at != after->registered_at)
    return before.arn() + " changed under its number";
  if (before.status == "INACTIVE" && after->status == "ACTIVE") return before.arn() + " came to life again";
  return std::nullopt;
}

template <class Entity>
const Entity* find_by_row(const core::Table<Entity>& table, std::string_view kind, const std::string& key) {
  return kind == Entity::kind ? table.find(key) : nullptr;
}

}  // namespace

Wrong Progress::turn_ended(const core::State& state, const core::Outcome& outcome, Instant now) {
  for (const auto& change : outcome.changes) {
    std::string_view kind;
    std::string key;
    if (!core::split_row(change.row, kind, key)) return "a change without a kind: " + change.row;
    if (kind == Task::kind) {
      if (auto wrong = task_changed(key, state.tasks.find(key), now)) return wrong;
      if (auto row = state.tasks.row(key))
        tasks_[key] = row;
      else
        tasks_.erase(key);
    } else if (kind == TaskDefinition::kind) {
      auto before = definitions_.find(key);
      if (before != definitions_.end())
        if (auto wrong = compare_definitions(*before->second, state.task_definitions.find(key))) return wrong;
      definitions_[key] = state.task_definitions.row(key);
    }
  }
  return std::nullopt;
}

Wrong Progress::task_changed(const std::string& key, const Task* after, Instant now) {
  auto before = tasks_.find(key);
  if (before == tasks_.end()) {
    if (after && after->version < 1) return of(*after, "a new task without a version");
    return std::nullopt;
  }
  if (after) return compare_tasks(*before->second, *after);
  const Task& gone = *before->second;
  if (!gone.stopped() || now - gone.stopped_at < limits::stopped_task_kept_ms)
    return of(gone, "it is forgotten too early");
  forgotten_.insert(gone.arn());
  return std::nullopt;
}

void Progress::saw_task(const wire::Value& task) {
  Seen& seen = seen_[std::string(task.get("taskArn").string())];
  seen.version = std::max(seen.version, task.get("version").integer());
  seen.rank = std::max(seen.rank, rank_of(task.get("lastStatus").string()));
  seen.stop_wanted |= task.get("desiredStatus").string() == "STOPPED";
}

void Progress::saw_definition(const wire::Value& definition) {
  definitions_seen_[std::string(definition.get("taskDefinitionArn").string())] |=
      definition.get("status").string() == "INACTIVE";
}

// Tasks whose hour is over leave the answer.
Wrong Progress::answered(const std::string& client_token, const wire::Value& tasks) {
  std::set<std::string> arns;
  for (const wire::Value& task : tasks.items()) arns.emplace(task.get("taskArn").string());
  const auto [first, fresh] = answers_.try_emplace(client_token, arns);
  if (fresh || first->second == arns) return std::nullopt;
  for (const auto& arn : arns)
    if (!first->second.contains(arn)) return "clientToken " + client_token + " has run another task: " + arn;
  for (const auto& arn : first->second)
    if (!arns.contains(arn) && !forgotten_.contains(arn))
      return "clientToken " + client_token + " has lost " + arn;
  return std::nullopt;
}

Wrong Progress::reloaded(const core::State& state) {
  tasks_.clear();
  definitions_.clear();
  std::map<std::string, const Task*> by_arn;
  std::map<std::string, std::size_t> started;
  for (const auto& [key, task] : state.tasks.rows()) {
    tasks_[key] = task;
    by_arn[task->arn()] = task.get();
    ++started[task->started_by];
  }
  std::map<std::string, const TaskDefinition*> definitions;
  for (const auto& [key, definition] : state.task_definitions.rows()) {
    definitions_[key] = definition;
    definitions[definition->arn()] = definition.get();
  }
  for (const auto& [arn, seen] : seen_) {
    if (forgotten_.contains(arn)) continue;
    auto task = by_arn.find(arn);
    if (task == by_arn.end()) return arn + " was acknowledged and is gone";
    const Task& now = *task->second;
    if (now.version < seen.version || rank_of(now.last_status) < seen.rank)
      return of(now, "it was seen as version " + std::to_string(seen.version) + " already");
    if (seen.stop_wanted && now.desired_status != "STOPPED") return of(now, "its end was acknowledged");
  }
  for (const auto& arn : told_)
    if (!by_arn.contains(arn) && !forgotten_.contains(arn)) return arn + " was given to a node and is gone";
  for (const auto& [arn, inactive] : definitions_seen_) {
    auto definition = definitions.find(arn);
    if (definition == definitions.end()) return arn + " was acknowledged and is gone";
    if (inactive && definition->second->status == "ACTIVE") return arn + " was acknowledged as INACTIVE";
  }
  for (const auto& [started_by, tasks] : started) {
    auto placed = placed_.find(started_by);
    if (placed != placed_.end() && placed->second < tasks) return "RunTask " + started_by + " is there twice";
    if (placed != placed_.end() && placed->second > tasks && forgotten_.empty())
      return "of RunTask " + started_by + " only a part is there";
  }
  return std::nullopt;
}

}  // namespace slipway::sim
