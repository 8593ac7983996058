#include "services/kms/lookup.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> get_key_policy(Call& call) {
  const wire::kms::GetKeyPolicyRequest request(call.input);
  auto key = find_key(call, request.key_id());
  if (!key) return pass(key);
  if (request.has_policy_name() && request.policy_name() != "default")
    return fail("NotFoundException", "No such policy exists");
  wire::kms::GetKeyPolicyResponse response;
  response.set_policy((*key)->policy).set_policy_name("default");
  return std::move(response).raw();
}

}  // namespace slipway::services::kms
