#include "services/iam/attached_policies.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> attach_user_policy(Call& call) {
  const wire::iam::AttachUserPolicyRequest request(call.input);
  auto user = find_user(call, request.user_name());
  if (!user) return pass(user);
  auto attached = with_policy(call, (*user)->attached_policy_arns, request.policy_arn(), "PoliciesPerUser");
  if (!attached) return pass(attached);
  if (attached->size() > (*user)->attached_policy_arns.size())
    call.turn.modify(call.turn.state.users, (*user)->key(),
                     [&](core::iam::User& changed) { changed.attached_policy_arns = std::move(*attached); });
  return wire::Value::object();
}

}  // namespace slipway::services::iam
