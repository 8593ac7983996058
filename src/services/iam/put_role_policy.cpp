#include "services/iam/entity.hpp"
#include "services/iam/inline_policies.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> put_role_policy(Call& call) {
  const wire::iam::PutRolePolicyRequest request(call.input);
  if (auto good = check_name("policyName", request.policy_name()); !good) return pass(good);
  auto role = find_role(call, request.role_name());
  if (!role) return pass(role);
  auto policies = with_inline_policy((*role)->policies, "role", request.role_name(), request.policy_name(),
                                     request.policy_document());
  if (!policies) return pass(policies);
  call.turn.modify(call.turn.state.roles, (*role)->key(),
                   [&](core::iam::Role& changed) { changed.policies = std::move(*policies); });
  return wire::Value::object();
}

}  // namespace slipway::services::iam
