#include "services/iam/entity.hpp"
#include "services/iam/inline_policies.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> delete_user_policy(Call& call) {
  const wire::iam::DeleteUserPolicyRequest request(call.input);
  auto user = find_user(call, request.user_name());
  if (!user) return pass(user);
  if (auto policy = find_inline_policy((*user)->policies, "user", request.policy_name()); !policy)
    return pass(policy);
  call.turn.modify(call.turn.state.users, (*user)->key(), [&](core::iam::User& changed) {
    std::erase_if(changed.policies, [&](const auto& policy) { return policy.name == request.policy_name(); });
  });
  return wire::Value::object();
}

}  // namespace slipway::services::iam
