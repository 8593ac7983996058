#include "services/ecs/container_instance_view.hpp"
#include "services/ecs/errors.hpp"
#include "services/ecs/lifecycle.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"

namespace slipway::services::ecs {

// Refused while tasks run there, unless forced; forced, the tasks are over as far as ECS can see.
Result<wire::Value> deregister_container_instance(Call& call) {
  wire::ecs::DeregisterContainerInstanceRequest request(call.input);
  auto cluster = find_cluster(call, request.cluster());
  if (!cluster) return pass(cluster);
  const auto* instance = find_container_instance(call, (*cluster)->name, request.container_instance());
  if (!instance || instance->status == "INACTIVE")
    return invalid_parameter("Could not find the container instance " +
                             std::string(request.container_instance()) + ".");
  core::State& state = call.turn.state;
  const std::string key = instance->key();
  std::vector<std::string> running;
  for (const auto& task : state.tasks.with("container-instance", key))
    if (!state.tasks.find(task)->stopped()) running.push_back(task);
  if (!running.empty() && !request.force()) return invalid_parameter("Found running tasks on the instance.");
  for (const auto& task : running)
    abandon(call.turn, task, "TerminationNotice", "Container instance deregistration forced by user");
  const auto& changed =
      call.turn.modify(state.container_instances, key, [](core::ecs::ContainerInstance& each) {
        each.status = "INACTIVE";
        ++each.version;
      });
  state.connected_instances.erase(key);
  wire::ecs::DeregisterContainerInstanceResponse response;
  response.set_container_instance(container_instance_view(state, changed, true));
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
