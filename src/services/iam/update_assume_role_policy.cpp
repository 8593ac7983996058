#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"
#include "services/iam/trust_policy.hpp"
#include "wire/gen/iam.hpp"

namespace slipway::services::iam {

Result<wire::Value> update_assume_role_policy(Call& call) {
  const wire::iam::UpdateAssumeRolePolicyRequest request(call.input);
  auto role = find_role(call, request.role_name());
  if (!role) return pass(role);
  if (auto good = check_trust_policy(request.policy_document()); !good) return pass(good);
  call.turn.modify(call.turn.state.roles, (*role)->key(),
                   [&](core::iam::Role& changed) { changed.trust_policy = request.policy_document(); });
  return wire::Value::object();
}

}  // namespace slipway::services::iam
