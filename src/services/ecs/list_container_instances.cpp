#include "services/ecs/listing.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"

namespace slipway::services::ecs {

Result<wire::Value> list_container_instances(Call& call) {
  wire::ecs::ListContainerInstancesRequest request(call.input);
  auto listing = Listing::of(call);
  if (!listing) return pass(listing);
  auto cluster = find_cluster(call, request.cluster());
  if (!cluster) return pass(cluster);
  if (request.has_filter())
    return fail("UnsupportedFeatureException",
                "The cluster query language is not served yet; list without filter.");
  if (request.has_status() && request.status() != "ACTIVE" && request.status() != "DRAINING")
    return invalid_parameter("status must be one of [ACTIVE, DRAINING].");
  const core::State& state = call.turn.state;
  wire::ecs::ListContainerInstancesResponse response;
  response.set_container_instance_arns({});
  list_page(*listing, state.container_instances.with("cluster", (*cluster)->key()), response,
            [&](const std::string& key) {
              const auto& instance = *state.container_instances.find(key);
              const bool wanted =
                  request.has_status() ? instance.status == request.status() : instance.status != "INACTIVE";
              if (wanted) response.add_container_instance_arns(instance.arn());
              return wanted;
            });
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
