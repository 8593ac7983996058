#include <algorithm>

#include "base/limits.hpp"
#include "services/ecs/container_instance_view.hpp"
#include "services/ecs/errors.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"

namespace slipway::services::ecs {

Result<wire::Value> describe_container_instances(Call& call) {
  wire::ecs::DescribeContainerInstancesRequest request(call.input);
  if (request.container_instances().empty()) return invalid_parameter("Container instances cannot be empty.");
  if (request.container_instances().size() > limits::ecs_describe_items)
    return invalid_parameter("Container instances can have at most 100 items.");
  auto cluster = find_cluster(call, request.cluster());
  if (!cluster) return pass(cluster);
  const auto include = request.include();
  const bool with_tags = std::ranges::find(include, std::string_view("TAGS")) != include.end();
  wire::ecs::DescribeContainerInstancesResponse response;
  response.set_container_instances({}).set_failures({});
  for (const auto reference : request.container_instances()) {
    if (const auto* instance = find_container_instance(call, (*cluster)->name, reference)) {
      response.add_container_instances(container_instance_view(call.turn.state, *instance, with_tags));
      continue;
    }
    const std::string arn =
        reference.starts_with("arn:")
            ? std::string(reference)
            : call.realm.arn("ecs", "container-instance/" + (*cluster)->name + "/" + std::string(reference));
    response.add_failures(wire::ecs::Failure().set_arn(arn).set_reason("MISSING"));
  }
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
