#include "services/iam/attached_policies.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> attach_role_policy(Call& call) {
  const wire::iam::AttachRolePolicyRequest request(call.input);
  auto role = find_role(call, request.role_name());
  if (!role) return pass(role);
  auto attached = with_policy(call, (*role)->attached_policy_arns, request.policy_arn(), "PoliciesPerRole");
  if (!attached) return pass(attached);
  if (attached->size() > (*role)->attached_policy_arns.size())
    call.turn.modify(call.turn.state.roles, (*role)->key(),
                     [&](core::iam::Role& changed) { changed.attached_policy_arns = std::move(*attached); });
  return wire::Value::object();
}

}  // namespace slipway::services::iam
