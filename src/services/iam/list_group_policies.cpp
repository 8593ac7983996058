#include "services/iam/entity.hpp"
#include "services/iam/inline_policies.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> list_group_policies(Call& call) {
  const wire::iam::ListGroupPoliciesRequest request(call.input);
  auto group = find_group(call, request.group_name());
  if (!group) return pass(group);
  return list_inline<wire::iam::ListGroupPoliciesResponse>(call, request, request.group_name(),
                                                           (*group)->policies);
}

}  // namespace slipway::services::iam
