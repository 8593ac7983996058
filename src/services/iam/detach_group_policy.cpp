#include "services/iam/attached_policies.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> detach_group_policy(Call& call) {
  const wire::iam::DetachGroupPolicyRequest request(call.input);
  auto group = find_group(call, request.group_name());
  if (!group) return pass(group);
  auto attached = without_policy((*group)->attached_policy_arns, request.policy_arn());
  if (!attached) return pass(attached);
  call.turn.modify(call.turn.state.groups, (*group)->key(),
                   [&](core::iam::Group& changed) { changed.attached_policy_arns = std::move(*attached); });
  return wire::Value::object();
}

}  // namespace slipway::services::iam
