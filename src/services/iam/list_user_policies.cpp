#include "services/iam/entity.hpp"
#include "services/iam/inline_policies.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> list_user_policies(Call& call) {
  const wire::iam::ListUserPoliciesRequest request(call.input);
  auto user = find_user(call, request.user_name());
  if (!user) return pass(user);
  return list_inline<wire::iam::ListUserPoliciesResponse>(call, request, request.user_name(),
                                                          (*user)->policies);
}

}  // namespace slipway::services::iam
