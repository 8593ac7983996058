#include "services/kms/lookup.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> disable_key(Call& call) {
  const wire::kms::DisableKeyRequest request(call.input);
  auto key = find_living_key(call, request.key_id());
  if (!key) return pass(key);
  if ((*key)->state != KeyState::disabled)
    call.turn.modify(call.turn.state.kms_keys, (*key)->key(),
                     [](Key& changed) { changed.state = KeyState::disabled; });
  return wire::Value::object();
}

}  // namespace slipway::services::kms
