#include "services/ecs/cluster_view.hpp"
#include "services/ecs/errors.hpp"
#include "services/ecs/names.hpp"
#include "services/ecs/table.hpp"
#include "services/ecs/tags.hpp"
#include "wire/json_text.hpp"

namespace slipway::services::ecs {

// Creating a cluster that is there answers with it, as it is: CreateCluster is idempotent by name. An
// INACTIVE one comes to life again.
Result<wire::Value> create_cluster(Call& call) {
  wire::ecs::CreateClusterRequest request(call.input);
  const std::string name(request.has_cluster_name() ? request.cluster_name() : "default");
  if (!is_name(name))
    return invalid_parameter(
        "Cluster name must be between 1 and 255 characters long and consist of letters, numbers, hyphens and "
        "underscores.");

  auto& clusters = call.turn.state.clusters;
  const std::string key = core::ecs::Cluster::key_of(call.realm, name);
  const core::ecs::Cluster* cluster = clusters.find(key);
  if (!cluster || cluster->status != "ACTIVE") {
    core::ecs::Cluster made;
    made.realm = call.realm;
    made.name = name;
    made.created_at = call.now();
    if (auto merged = merge_tags(made.tags, request.tags()); !merged) return pass(merged);
    wire::Value document = wire::Value::object();
    for (const char* member :
         {"settings", "configuration", "capacityProviders", "defaultCapacityProviderStrategy"})
      if (const wire::Value* given = call.input.find(member)) document.set(std::string_view(member), *given);
    if (request.has_service_connect_defaults())
      document.set("serviceConnectDefaults", call.input.get("serviceConnectDefaults"));
    made.document = wire::write_json(document);
    call.turn.put(clusters, std::move(made));
    cluster = clusters.find(key);
  }
  wire::ecs::CreateClusterResponse response;
  response.set_cluster(cluster_view(call.turn.state, *cluster, true, true));
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
