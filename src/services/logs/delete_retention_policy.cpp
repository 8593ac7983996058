#include "services/logs/lookup.hpp"
#include "services/logs/table.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {

Result<wire::Value> delete_retention_policy(Call& call) {
  const wire::logs::DeleteRetentionPolicyRequest request(call.input);
  auto group = find_group(call, request.log_group_name());
  if (!group) return pass(group);
  call.turn.modify(call.turn.state.log_groups, (*group)->key(),
                   [](core::logs::LogGroup& changed) { changed.retention_days = 0; });
  return wire::Value::object();
}

}  // namespace slipway::services::logs
