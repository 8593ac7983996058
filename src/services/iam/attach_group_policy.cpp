#include "services/iam/attached_policies.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> attach_group_policy(Call& call) {
  const wire::iam::AttachGroupPolicyRequest request(call.input);
  auto group = find_group(call, request.group_name());
  if (!group) return pass(group);
  auto attached = with_policy(call, (*group)->attached_policy_arns, request.policy_arn(), "PoliciesPerGroup");
  if (!attached) return pass(attached);
  if (attached->size() > (*group)->attached_policy_arns.size())
    call.turn.modify(call.turn.state.groups, (*group)->key(),
                     [&](core::iam::Group& changed) { changed.attached_policy_arns = std::move(*attached); });
  return wire::Value::object();
}

}  // namespace slipway::services::iam
