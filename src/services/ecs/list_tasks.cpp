#include "services/ecs/listing.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"

namespace slipway::services::ecs {

// Tasks whose desired status is RUNNING, unless asked otherwise.
Result<wire::Value> list_tasks(Call& call) {
  wire::ecs::ListTasksRequest request(call.input);
  auto listing = Listing::of(call);
  if (!listing) return pass(listing);
  auto cluster = find_cluster(call, request.cluster());
  if (!cluster) return pass(cluster);
  const std::string_view desired = request.has_desired_status() ? request.desired_status() : "RUNNING";
  if (desired != "RUNNING" && desired != "PENDING" && desired != "STOPPED")
    return invalid_parameter("desiredStatus must be one of [RUNNING, PENDING, STOPPED].");
  std::string instance_id;
  if (request.has_container_instance()) {
    const auto* instance = find_container_instance(call, (*cluster)->name, request.container_instance());
    if (!instance) return invalid_parameter("The specified container instance is not valid.");
    instance_id = instance->id;
  }
  if (request.has_service_name()) return fail("ServiceNotFoundException", "Service not found.");

  const core::State& state = call.turn.state;
  wire::ecs::ListTasksResponse response;
  response.set_task_arns({});
  list_page(*listing, state.tasks.with("cluster", (*cluster)->key()), response, [&](const std::string& key) {
    const auto& task = *state.tasks.find(key);
    const bool wanted = task.desired_status == desired &&
                        (!request.has_family() || task.family == request.family()) &&
                        (!request.has_started_by() || task.started_by == request.started_by()) &&
                        (!request.has_launch_type() || task.launch_type == request.launch_type()) &&
                        (instance_id.empty() || task.container_instance_id == instance_id);
    if (wanted) response.add_task_arns(task.arn());
    return wanted;
  });
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
