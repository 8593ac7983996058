#include "services/kms/lookup.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> enable_key(Call& call) {
  const wire::kms::EnableKeyRequest request(call.input);
  auto key = find_living_key(call, request.key_id());
  if (!key) return pass(key);
  if ((*key)->state != KeyState::enabled)
    call.turn.modify(call.turn.state.kms_keys, (*key)->key(),
                     [](Key& changed) { changed.state = KeyState::enabled; });
  return wire::Value::object();
}

}  // namespace slipway::services::kms
