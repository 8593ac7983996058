#include "services/iam/entity.hpp"
#include "services/iam/inline_policies.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> put_group_policy(Call& call) {
  const wire::iam::PutGroupPolicyRequest request(call.input);
  if (auto good = check_name("policyName", request.policy_name()); !good) return pass(good);
  auto group = find_group(call, request.group_name());
  if (!group) return pass(group);
  auto policies = with_inline_policy((*group)->policies, "group", request.group_name(), request.policy_name(),
                                     request.policy_document());
  if (!policies) return pass(policies);
  call.turn.modify(call.turn.state.groups, (*group)->key(),
                   [&](core::iam::Group& changed) { changed.policies = std::move(*policies); });
  return wire::Value::object();
}

}  // namespace slipway::services::iam
