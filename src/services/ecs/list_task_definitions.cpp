#include "services/ecs/listing.hpp"
#include "services/ecs/table.hpp"

namespace slipway::services::ecs {

// By family, then revision; the other way round with sort=DESC.
Result<wire::Value> list_task_definitions(Call& call) {
  wire::ecs::ListTaskDefinitionsRequest request(call.input);
  auto listing = Listing::of(call);
  if (!listing) return pass(listing);
  const std::string_view status = request.has_status() ? request.status() : "ACTIVE";
  if (status != "ACTIVE" && status != "INACTIVE" && status != "DELETE_IN_PROGRESS")
    return invalid_parameter("status must be one of [ACTIVE, INACTIVE, DELETE_IN_PROGRESS].");
  if (request.has_sort() && request.sort() != "ASC" && request.sort() != "DESC")
    return invalid_parameter("sort must be one of [ASC, DESC].");

  wire::ecs::ListTaskDefinitionsResponse response;
  response.set_task_definition_arns({});
  const auto& rows = call.turn.state.task_definitions.rows();
  const std::string prefix =
      call.realm.prefix() +
      (request.has_family_prefix() ? std::string(request.family_prefix()) + ":" : std::string());
  std::string last;
  auto add = [&](const auto& row) {
    if (row.second->status != status) return true;
    if (response.task_definition_arns().size() == listing->items_max) {
      response.set_next_token(listing->token(last));
      return false;
    }
    response.add_task_definition_arns(row.second->arn());
    last = row.first;
    return true;
  };
  if (request.sort() == "DESC") {
    auto it = listing->after.empty() ? rows.upper_bound(prefix + '\x7f') : rows.lower_bound(listing->after);
    while (it != rows.begin() && (--it)->first.starts_with(prefix))
      if (!add(*it)) break;
  } else {
    auto it = listing->after.empty() ? rows.lower_bound(prefix) : rows.upper_bound(listing->after);
    for (; it != rows.end() && it->first.starts_with(prefix); ++it)
      if (!add(*it)) break;
  }
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
