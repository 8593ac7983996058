#include "services/iam/attached_policies.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> list_attached_group_policies(Call& call) {
  const wire::iam::ListAttachedGroupPoliciesRequest request(call.input);
  auto group = find_group(call, request.group_name());
  if (!group) return pass(group);
  return list_attached<wire::iam::ListAttachedGroupPoliciesResponse>(call, request, request.group_name(),
                                                                     (*group)->attached_policy_arns);
}

}  // namespace slipway::services::iam
