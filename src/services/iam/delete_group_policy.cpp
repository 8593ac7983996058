#include "services/iam/entity.hpp"
#include "services/iam/inline_policies.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> delete_group_policy(Call& call) {
  const wire::iam::DeleteGroupPolicyRequest request(call.input);
  auto group = find_group(call, request.group_name());
  if (!group) return pass(group);
  if (auto policy = find_inline_policy((*group)->policies, "group", request.policy_name()); !policy)
    return pass(policy);
  call.turn.modify(call.turn.state.groups, (*group)->key(), [&](core::iam::Group& changed) {
    std::erase_if(changed.policies, [&](const auto& policy) { return policy.name == request.policy_name(); });
  });
  return wire::Value::object();
}

}  // namespace slipway::services::iam
