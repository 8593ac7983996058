#include "base/encoding.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/inline_policies.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> get_user_policy(Call& call) {
  const wire::iam::GetUserPolicyRequest request(call.input);
  auto user = find_user(call, request.user_name());
  if (!user) return pass(user);
  auto policy = find_inline_policy((*user)->policies, "user", request.policy_name());
  if (!policy) return pass(policy);
  wire::iam::GetUserPolicyResponse response;
  response.set_user_name((*user)->name)
      .set_policy_name((*policy)->name)
      .set_policy_document(percent_encode((*policy)->document));
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
