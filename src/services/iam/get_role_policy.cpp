#include "base/encoding.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/inline_policies.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> get_role_policy(Call& call) {
  const wire::iam::GetRolePolicyRequest request(call.input);
  auto role = find_role(call, request.role_name());
  if (!role) return pass(role);
  auto policy = find_inline_policy((*role)->policies, "role", request.policy_name());
  if (!policy) return pass(policy);
  wire::iam::GetRolePolicyResponse response;
  response.set_role_name((*role)->name)
      .set_policy_name((*policy)->name)
      .set_policy_document(percent_encode((*policy)->document));
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
