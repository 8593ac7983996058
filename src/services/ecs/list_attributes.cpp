#include "services/ecs/attributes.hpp"
#include "services/ecs/listing.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"

namespace slipway::services::ecs {

Result<wire::Value> list_attributes(Call& call) {
  wire::ecs::ListAttributesRequest request(call.input);
  auto listing = Listing::of(call);
  if (!listing) return pass(listing);
  auto cluster = find_cluster(call, request.cluster());
  if (!cluster) return pass(cluster);
  if (request.target_type() != "container-instance")
    return invalid_parameter("targetType must be one of [container-instance].");
  if (request.has_attribute_value() && !request.has_attribute_name())
    return invalid_parameter("An attributeName must be specified with the attributeValue.");

  std::map<std::string, wire::ecs::Attribute> found;  // by instance and name
  const core::State& state = call.turn.state;
  for (const auto& key : state.container_instances.with("cluster", (*cluster)->key())) {
    const auto& instance = *state.container_instances.find(key);
    if (instance.status == "INACTIVE") continue;
    for (const auto& attribute : instance.attributes) {
      if (request.has_attribute_name() && attribute.name != request.attribute_name()) continue;
      if (request.has_attribute_value() && attribute.value != request.attribute_value()) continue;
      found.emplace(key + "/" + attribute.name, attribute_view(instance, attribute));
    }
  }
  std::set<std::string> keys;
  for (const auto& [key, attribute] : found) keys.insert(key);
  wire::ecs::ListAttributesResponse response;
  response.set_attributes({});
  list_page(*listing, keys, response, [&](const std::string& key) {
    response.add_attributes(found.at(key));
    return true;
  });
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
