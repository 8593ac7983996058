#include <algorithm>

#include "services/ecs/attributes.hpp"
#include "services/ecs/errors.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"

namespace slipway::services::ecs {
namespace {

// Service quotas, "Amazon ECS": of one call, and of one container instance.
constexpr std::size_t attributes_per_call = 10, custom_attributes = 10;

}  // namespace

Result<wire::Value> put_attributes(Call& call) {
  wire::ecs::PutAttributesRequest request(call.input);
  auto cluster = find_active_cluster(call, request.cluster());
  if (!cluster) return pass(cluster);
  if (request.attributes().empty() || request.attributes().size() > attributes_per_call)
    return invalid_parameter("attributes must have 1 to 10 items.");
  core::State& state = call.turn.state;
  wire::ecs::PutAttributesResponse response;
  response.set_attributes({});
  for (const auto given : request.attributes()) {
    if (auto checked = check_attribute(given); !checked) return pass(checked);
    auto target = attribute_target(call, (*cluster)->name, given);
    if (!target) return pass(target);
    const core::ecs::Attribute attribute{std::string(given.name()), std::string(given.value()),
                                         given.has_value(), true, {}};
    const auto& changed = call.turn.modify(
        state.container_instances, (*target)->key(), [&](core::ecs::ContainerInstance& each) {
          auto known = std::ranges::find(each.attributes, attribute.name, &core::ecs::Attribute::name);
          if (known == each.attributes.end())
            each.attributes.push_back(attribute);
          else
            *known = attribute;
          ++each.version;
        });
    if (std::size_t(std::ranges::count(changed.attributes, true, &core::ecs::Attribute::custom)) >
        custom_attributes)
      return fail("AttributeLimitExceededException",
                  "You can apply up to 10 custom attributes for each resource.");
    response.add_attributes(attribute_view(changed, attribute));
  }
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
