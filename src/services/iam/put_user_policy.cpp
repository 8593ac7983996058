#include "services/iam/entity.hpp"
#include "services/iam/inline_policies.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {

Result<wire::Value> put_user_policy(Call& call) {
  const wire::iam::PutUserPolicyRequest request(call.input);
  if (auto good = check_name("policyName", request.policy_name()); !good) return pass(good);
  auto user = find_user(call, request.user_name());
  if (!user) return pass(user);
  auto policies = with_inline_policy((*user)->policies, "user", request.user_name(), request.policy_name(),
                                     request.policy_document());
  if (!policies) return pass(policies);
  call.turn.modify(call.turn.state.users, (*user)->key(),
                   [&](core::iam::User& changed) { changed.policies = std::move(*policies); });
  return wire::Value::object();
}

}  // namespace slipway::services::iam
