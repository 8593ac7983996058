#include "services/iam/attached_policies.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> detach_role_policy(Call& call) {
  const wire::iam::DetachRolePolicyRequest request(call.input);
  auto role = find_role(call, request.role_name());
  if (!role) return pass(role);
  auto attached = without_policy((*role)->attached_policy_arns, request.policy_arn());
  if (!attached) return pass(attached);
  call.turn.modify(call.turn.state.roles, (*role)->key(),
                   [&](core::iam::Role& changed) { changed.attached_policy_arns = std::move(*attached); });
  return wire::Value::object();
}

}  // namespace slipway::services::iam
