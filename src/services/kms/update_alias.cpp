#include "services/kms/alias.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> update_alias(Call& call) {
  const wire::kms::UpdateAliasRequest request(call.input);
  auto alias = find_alias(call, request.alias_name());
  if (!alias) return pass(alias);
  auto key = find_target(call, request.target_key_id());
  if (!key) return pass(key);
  if ((*alias)->key_id != (*key)->id)
    if (auto room = check_room_for_alias(call, **key); !room) return pass(room);
  call.turn.modify(call.turn.state.kms_aliases, (*alias)->key(), [&](core::kms::Alias& changed) {
    changed.key_id = (*key)->id;
    changed.updated_at = call.now();
  });
  return wire::Value::object();
}

}  // namespace slipway::services::kms
