#include "base/encoding.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/inline_policies.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> get_group_policy(Call& call) {
  const wire::iam::GetGroupPolicyRequest request(call.input);
  auto group = find_group(call, request.group_name());
  if (!group) return pass(group);
  auto policy = find_inline_policy((*group)->policies, "group", request.policy_name());
  if (!policy) return pass(policy);
  wire::iam::GetGroupPolicyResponse response;
  response.set_group_name((*group)->name)
      .set_policy_name((*policy)->name)
      .set_policy_document(percent_encode((*policy)->document));
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
