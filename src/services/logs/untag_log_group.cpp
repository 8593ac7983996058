#include "services/logs/lookup.hpp"
#include "services/logs/table.hpp"
#include "services/logs/tags.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {

Result<wire::Value> untag_log_group(Call& call) {
  const wire::logs::UntagLogGroupRequest request(call.input);
  auto group = find_group(call, request.log_group_name());
  if (!group) return pass(group);
  call.turn.modify(call.turn.state.log_groups, (*group)->key(),
                   [&](core::logs::LogGroup& changed) { remove_tags(changed.tags, request.tags()); });
  return wire::Value::object();
}

}  // namespace slipway::services::logs
