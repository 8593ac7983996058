#include <algorithm>

#include "services/ecs/attributes.hpp"
#include "services/ecs/errors.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"

namespace slipway::services::ecs {

// By name; where a value is given, only if it is that one.
Result<wire::Value> delete_attributes(Call& call) {
  wire::ecs::DeleteAttributesRequest request(call.input);
  auto cluster = find_active_cluster(call, request.cluster());
  if (!cluster) return pass(cluster);
  if (request.attributes().empty() || request.attributes().size() > 10)
    return invalid_parameter("attributes must have 1 to 10 items.");
  core::State& state = call.turn.state;
  wire::ecs::DeleteAttributesResponse response;
  response.set_attributes({});
  for (const auto given : request.attributes()) {
    if (auto checked = check_attribute(given); !checked) return pass(checked);
    auto target = attribute_target(call, (*cluster)->name, given);
    if (!target) return pass(target);
    const auto same = [&](const core::ecs::Attribute& each) {
      return each.custom && each.name == given.name() && (!given.has_value() || each.value == given.value());
    };
    const auto known = std::ranges::find_if((*target)->attributes, same);
    if (known == (*target)->attributes.end()) continue;
    response.add_attributes(attribute_view(**target, *known));
    call.turn.modify(state.container_instances, (*target)->key(), [&](core::ecs::ContainerInstance& each) {
      std::erase_if(each.attributes, same);
      ++each.version;
    });
  }
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
