#include "services/kms/lookup.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> put_key_policy(Call& call) {
  const wire::kms::PutKeyPolicyRequest request(call.input);
  auto key = find_living_key(call, request.key_id());
  if (!key) return pass(key);
  if (request.has_policy_name() && request.policy_name() != "default")
    return fail("NotFoundException", "No such policy exists");
  if (auto valid = check_policy(request.policy()); !valid) return pass(valid);
  call.turn.modify(call.turn.state.kms_keys, (*key)->key(),
                   [&](Key& changed) { changed.policy = request.policy(); });
  return wire::Value::object();
}

}  // namespace slipway::services::kms
