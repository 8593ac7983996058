#include "services/ecs/listing.hpp"
#include "services/ecs/table.hpp"

namespace slipway::services::ecs {

Result<wire::Value> list_clusters(Call& call) {
  auto listing = Listing::of(call);
  if (!listing) return pass(listing);
  wire::ecs::ListClustersResponse response;
  response.set_cluster_arns({});
  std::string last;
  call.turn.state.clusters.scan(call.realm.prefix(), listing->after, [&](const core::ecs::Cluster& cluster) {
    if (cluster.status == "INACTIVE") return true;
    if (response.cluster_arns().size() == listing->items_max) {
      response.set_next_token(listing->token(last));
      return false;
    }
    response.add_cluster_arns(cluster.arn());
    last = cluster.key();
    return true;
  });
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
