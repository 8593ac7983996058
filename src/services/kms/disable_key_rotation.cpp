#include "services/kms/lookup.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> disable_key_rotation(Call& call) {
  const wire::kms::DisableKeyRotationRequest request(call.input);
  auto key = find_living_key(call, request.key_id());
  if (!key) return pass(key);
  if (auto usable = check_usable(**key); !usable) return pass(usable);
  call.turn.modify(call.turn.state.kms_keys, (*key)->key(), [](Key& changed) {
    changed.rotation_period_days = 0;
    changed.rotates_at = {};
  });
  return wire::Value::object();
}

}  // namespace slipway::services::kms
