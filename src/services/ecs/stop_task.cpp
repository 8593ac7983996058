#include "services/ecs/errors.hpp"
#include "services/ecs/lifecycle.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"
#include "services/ecs/task_view.hpp"

namespace slipway::services::ecs {

// Answers at once: the task then goes through DEACTIVATING, STOPPING and DEPROVISIONING to STOPPED.
Result<wire::Value> stop_task(Call& call) {
  wire::ecs::StopTaskRequest request(call.input);
  auto cluster = find_cluster(call, request.cluster());
  if (!cluster) return pass(cluster);
  if (request.reason().size() > 1024) return invalid_parameter("reason can have at most 1024 characters.");
  const auto* task = find_task(call, (*cluster)->name, request.task());
  if (!task) return invalid_parameter("The referenced task was not found.");
  const std::string key = task->key();
  stop(call.turn, key, "UserInitiated",
       request.has_reason() ? std::string(request.reason()) : "Task stopped by user");
  wire::ecs::StopTaskResponse response;
  response.set_task(task_view(call.turn.state, *call.turn.state.tasks.find(key), true));
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
