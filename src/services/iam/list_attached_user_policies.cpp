#include "services/iam/attached_policies.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> list_attached_user_policies(Call& call) {
  const wire::iam::ListAttachedUserPoliciesRequest request(call.input);
  auto user = find_user(call, request.user_name());
  if (!user) return pass(user);
  return list_attached<wire::iam::ListAttachedUserPoliciesResponse>(call, request, request.user_name(),
                                                                    (*user)->attached_policy_arns);
}

}  // namespace slipway::services::iam
