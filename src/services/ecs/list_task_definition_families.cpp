#include <algorithm>

#include "services/ecs/listing.hpp"
#include "services/ecs/table.hpp"

namespace slipway::services::ecs {

// A family is ACTIVE while one of its revisions is.
Result<wire::Value> list_task_definition_families(Call& call) {
  wire::ecs::ListTaskDefinitionFamiliesRequest request(call.input);
  auto listing = Listing::of(call);
  if (!listing) return pass(listing);
  const std::string_view status = request.has_status() ? request.status() : "ALL";
  if (status != "ACTIVE" && status != "INACTIVE" && status != "ALL")
    return invalid_parameter("status must be one of [ACTIVE, INACTIVE, ALL].");

  const core::State& state = call.turn.state;
  wire::ecs::ListTaskDefinitionFamiliesResponse response;
  response.set_families({});
  std::string last;
  const std::string prefix = call.realm.prefix() + std::string(request.family_prefix());
  state.task_definition_families.scan(
      prefix, listing->after, [&](const core::ecs::TaskDefinitionFamily& family) {
        const auto& revisions = state.task_definitions.with("family", family.key());
        const bool active = std::ranges::any_of(revisions, [&](const std::string& key) {
          return state.task_definitions.find(key)->status == "ACTIVE";
        });
        if (status != "ALL" && active != (status == "ACTIVE")) return true;
        if (response.families().size() == listing->items_max) {
          response.set_next_token(listing->token(last));
          return false;
        }
        response.add_families(family.family);
        last = family.key();
        return true;
      });
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
