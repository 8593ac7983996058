#include "services/iam/entity.hpp"
#include "services/iam/inline_policies.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> list_role_policies(Call& call) {
  const wire::iam::ListRolePoliciesRequest request(call.input);
  auto role = find_role(call, request.role_name());
  if (!role) return pass(role);
  return list_inline<wire::iam::ListRolePoliciesResponse>(call, request, request.role_name(),
                                                          (*role)->policies);
}

}  // namespace slipway::services::iam
