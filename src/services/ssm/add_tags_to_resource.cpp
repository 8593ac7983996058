#include "services/ssm/table.hpp"
#include "services/ssm/tags.hpp"

namespace slipway::services::ssm {

Result<wire::Value> add_tags_to_resource(Call& call) {
  const wire::ssm::AddTagsToResourceRequest request(call.input);
  auto parameter = find_tagged(call, request.resource_type(), request.resource_id());
  if (!parameter) return pass(parameter);
  auto tags = with_tags((*parameter)->tags, request.tags());
  if (!tags) return pass(tags);
  call.turn.modify(call.turn.state.parameters, (*parameter)->key(),
                   [&](Parameter& changed) { changed.tags = std::move(*tags); });
  return wire::Value::object();
}

}  // namespace slipway::services::ssm
