#include "services/ecs/acs.hpp"
#include "services/ecs/container_instance_view.hpp"
#include "services/ecs/errors.hpp"
#include "services/ecs/lifecycle.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"

namespace slipway::services::ecs {

namespace {

// The instance's own tasks, and the Fargate tasks that its host carries over this instance's connection:
// nobody would ever report them again.
std::vector<std::string> tasks_left_behind(const core::State& state,
                                           const core::ecs::ContainerInstance& instance) {
  std::vector<std::string> left;
  for (const auto& task : state.tasks.with("container-instance", instance.key()))
    if (!state.tasks.find(task)->stopped()) left.push_back(task);
  for (const auto& key : state.tasks.with("host", instance.host_id)) {
    const auto& task = *state.tasks.find(key);
    if (task.container_instance_id.empty() && connection_of(state, task) == instance.key())
      left.push_back(key);
  }
  return left;
}

}  // namespace

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
  const std::vector<std::string> running = tasks_left_behind(state, *instance);
  if (!running.empty() && !request.force()) return invalid_parameter("Found running tasks on the instance.");
  for (const auto& task : running)
    abandon(call.turn, task, "TerminationNotice", "Container instance deregistration forced by user");
  const auto& changed =
      call.turn.modify(state.container_instances, key, [](core::ecs::ContainerInstance& each) {
        each.status = "INACTIVE";
        ++each.version;
      });
  state.connected_instances.erase(key);
  state.groups_told.erase(key);
  wire::ecs::DeregisterContainerInstanceResponse response;
  response.set_container_instance(container_instance_view(state, changed, true));
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
