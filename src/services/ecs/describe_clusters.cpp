#include <algorithm>

#include "base/limits.hpp"
#include "services/ecs/cluster_view.hpp"
#include "services/ecs/errors.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"

namespace slipway::services::ecs {

Result<wire::Value> describe_clusters(Call& call) {
  wire::ecs::DescribeClustersRequest request(call.input);
  if (request.clusters().size() > limits::ecs_describe_items)
    return invalid_parameter("clusters can have at most 100 items.");
  auto includes = [&](std::string_view field) {
    return std::ranges::any_of(request.include(), [&](std::string_view each) { return each == field; });
  };
  wire::ecs::DescribeClustersResponse response;
  response.set_clusters({}).set_failures({});
  auto describe = [&](std::string_view reference) {
    if (auto cluster = find_cluster(call, reference)) {
      response.add_clusters(cluster_view(call.turn.state, **cluster, includes("TAGS"), includes("SETTINGS")));
      return;
    }
    const std::string arn = reference.starts_with("arn:")
                                ? std::string(reference)
                                : call.realm.arn("ecs", "cluster/" + std::string(reference));
    response.add_failures(wire::ecs::Failure().set_arn(arn).set_reason("MISSING"));
  };
  if (request.clusters().empty())
    describe("default");
  else
    for (const auto reference : request.clusters()) describe(reference);
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
