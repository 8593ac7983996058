#include "services/logs/lookup.hpp"
#include "services/logs/table.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {

Result<wire::Value> put_log_group_deletion_protection(Call& call) {
  const wire::logs::PutLogGroupDeletionProtectionRequest request(call.input);
  auto group = find_group_by_identifier(call, request.log_group_identifier());
  if (!group) return pass(group);
  call.turn.modify(call.turn.state.log_groups, (*group)->key(), [&](core::logs::LogGroup& changed) {
    changed.deletion_protection = request.deletion_protection_enabled();
  });
  return wire::Value::object();
}

}  // namespace slipway::services::logs
