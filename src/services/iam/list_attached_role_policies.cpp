#include "services/iam/attached_policies.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> list_attached_role_policies(Call& call) {
  const wire::iam::ListAttachedRolePoliciesRequest request(call.input);
  auto role = find_role(call, request.role_name());
  if (!role) return pass(role);
  return list_attached<wire::iam::ListAttachedRolePoliciesResponse>(call, request, request.role_name(),
                                                                    (*role)->attached_policy_arns);
}

}  // namespace slipway::services::iam
