#include "services/logs/lookup.hpp"
#include "services/logs/table.hpp"
#include "services/logs/tags.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {

Result<wire::Value> untag_resource(Call& call) {
  const wire::logs::UntagResourceRequest request(call.input);
  auto group = find_group_by_arn(call, request.resource_arn());
  if (!group) return pass(group);
  call.turn.modify(call.turn.state.log_groups, (*group)->key(),
                   [&](core::logs::LogGroup& changed) { remove_tags(changed.tags, request.tag_keys()); });
  return wire::Value::object();
}

}  // namespace slipway::services::logs
