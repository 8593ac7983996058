#include "services/iam/entity.hpp"
#include "services/iam/inline_policies.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> delete_role_policy(Call& call) {
  const wire::iam::DeleteRolePolicyRequest request(call.input);
  auto role = find_role(call, request.role_name());
  if (!role) return pass(role);
  if (auto policy = find_inline_policy((*role)->policies, "role", request.policy_name()); !policy)
    return pass(policy);
  call.turn.modify(call.turn.state.roles, (*role)->key(), [&](core::iam::Role& changed) {
    std::erase_if(changed.policies, [&](const auto& policy) { return policy.name == request.policy_name(); });
  });
  return wire::Value::object();
}

}  // namespace slipway::services::iam
