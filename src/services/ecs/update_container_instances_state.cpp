#include "services/ecs/container_instance_view.hpp"
#include "services/ecs/errors.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"

namespace slipway::services::ecs {

// DRAINING keeps new tasks away; standalone tasks run on (ECS developer guide, "Container instance
// draining").
Result<wire::Value> update_container_instances_state(Call& call) {
  wire::ecs::UpdateContainerInstancesStateRequest request(call.input);
  if (request.status() != "ACTIVE" && request.status() != "DRAINING")
    return invalid_parameter("Container instance status should be one of [ACTIVE, DRAINING].");
  if (request.container_instances().empty()) return invalid_parameter("Container instances cannot be empty.");
  if (request.container_instances().size() > 10)
    return invalid_parameter("Container instances can have at most 10 items.");
  auto cluster = find_cluster(call, request.cluster());
  if (!cluster) return pass(cluster);
  core::State& state = call.turn.state;
  wire::ecs::UpdateContainerInstancesStateResponse response;
  response.set_container_instances({}).set_failures({});
  for (const auto reference : request.container_instances()) {
    const auto* instance = find_container_instance(call, (*cluster)->name, reference);
    if (!instance || instance->status == "INACTIVE") {
      const std::string arn = instance ? instance->arn() : std::string(reference);
      response.add_failures(wire::ecs::Failure().set_arn(arn).set_reason(instance ? "INACTIVE" : "MISSING"));
      continue;
    }
    const auto& changed =
        call.turn.modify(state.container_instances, instance->key(), [&](core::ecs::ContainerInstance& each) {
          each.status = request.status();
          ++each.version;
        });
    response.add_container_instances(container_instance_view(state, changed, true));
  }
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
