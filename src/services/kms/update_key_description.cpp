#include "services/kms/lookup.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> update_key_description(Call& call) {
  const wire::kms::UpdateKeyDescriptionRequest request(call.input);
  auto key = find_living_key(call, request.key_id());
  if (!key) return pass(key);
  call.turn.modify(call.turn.state.kms_keys, (*key)->key(),
                   [&](Key& changed) { changed.description = request.description(); });
  return wire::Value::object();
}

}  // namespace slipway::services::kms
