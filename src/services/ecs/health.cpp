#include "services/ecs/health.hpp"

#include <algorithm>

namespace slipway::services::ecs {
namespace {

using core::ecs::Container;
using core::ecs::Task;

// A Fargate task's node may stand in another account than the task: its ARN says where it is.
const Task* task_on(const core::State& state, std::string_view task_arn, const std::string& instance_key) {
  const auto arn = Arn::parse(task_arn);
  if (!arn) return nullptr;
  const Task* task = state.tasks.find(
      Task::key_of({arn->account, arn->region}, arn->resource.substr(arn->resource.rfind('/') + 1)));
  const std::string_view instance_id = std::string_view(instance_key).substr(instance_key.rfind('/') + 1);
  return task && !task->stopped() && task->container_instance_id == instance_id ? task : nullptr;
}

bool is_status(std::string_view word) {
  return word == "HEALTHY" || word == "UNHEALTHY" || word == "UNKNOWN";
}

}  // namespace

void take_health(core::Turn& turn, const std::string& instance_key, const wire::Value& message) {
  for (const wire::Value& told : message.get("tasks").items()) {
    const Task* current = task_on(turn.state, told.get("taskArn").string(), instance_key);
    if (!current) continue;
    Task task = *current;
    for (const wire::Value& each : told.get("containers").items()) {
      const std::string_view status = each.get("healthStatus").string();
      auto container = std::ranges::find(task.containers, each.get("containerName").string(), &Container::name);
      if (container == task.containers.end() || !container->has_health_check || !is_status(status)) continue;
      container->health_status = status;
    }
    if (task.containers == current->containers) continue;
    ++task.version;
    turn.put(turn.state.tasks, std::move(task));
  }
}

std::string_view health_of(const Task& task) {
  bool any = false, unknown = false;
  for (const Container& container : task.containers) {
    if (!container.essential || !container.has_health_check) continue;
    if (container.health_status == "UNHEALTHY") return "UNHEALTHY";
    any = true;
    unknown |= container.health_status != "HEALTHY";
  }
  return any && !unknown ? "HEALTHY" : "UNKNOWN";
}

}  // namespace slipway::services::ecs
