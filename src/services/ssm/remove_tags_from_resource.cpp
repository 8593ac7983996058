#include "services/ssm/table.hpp"
#include "services/ssm/tags.hpp"

namespace slipway::services::ssm {

Result<wire::Value> remove_tags_from_resource(Call& call) {
  const wire::ssm::RemoveTagsFromResourceRequest request(call.input);
  auto parameter = find_tagged(call, request.resource_type(), request.resource_id());
  if (!parameter) return pass(parameter);
  call.turn.modify(call.turn.state.parameters, (*parameter)->key(), [&](Parameter& changed) {
    for (const std::string_view key : request.tag_keys()) changed.tags.erase(std::string(key));
  });
  return wire::Value::object();
}

}  // namespace slipway::services::ssm
