#include "services/ecs/cluster_view.hpp"
#include "services/ecs/errors.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"

namespace slipway::services::ecs {

// The cluster stays describable as INACTIVE and leaves ListClusters.
Result<wire::Value> delete_cluster(Call& call) {
  wire::ecs::DeleteClusterRequest request(call.input);
  if (!request.has_cluster()) return invalid_parameter("Cluster can not be blank.");
  auto cluster = find_cluster(call, request.cluster());
  if (!cluster) return pass(cluster);
  core::State& state = call.turn.state;
  const std::string key = (*cluster)->key();
  for (const auto& instance : state.container_instances.with("cluster", key))
    if (state.container_instances.find(instance)->status != "INACTIVE")
      return fail("ClusterContainsContainerInstancesException",
                  "The Cluster cannot be deleted while Container Instances are active or draining.");
  for (const auto& task : state.tasks.with("cluster", key))
    if (!state.tasks.find(task)->stopped())
      return fail("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.");
  const auto& deleted =
      call.turn.modify(state.clusters, key, [](core::ecs::Cluster& each) { each.status = "INACTIVE"; });
  wire::ecs::DeleteClusterResponse response;
  response.set_cluster(cluster_view(state, deleted, true, true));
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
