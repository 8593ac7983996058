#include "services/kms/lookup.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> list_key_policies(Call& call) {
  const wire::kms::ListKeyPoliciesRequest request(call.input);
  auto key = find_key(call, request.key_id());
  if (!key) return pass(key);
  wire::kms::ListKeyPoliciesResponse response;
  response.add_policy_names("default").set_truncated(false);
  return std::move(response).raw();
}

}  // namespace slipway::services::kms
