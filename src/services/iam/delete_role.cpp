#include "services/iam/entity.hpp"
#include "services/iam/errors.hpp"
#include "services/iam/table.hpp"
#include "wire/gen/iam.hpp"

namespace slipway::services::iam {

// The role's sessions end with it: their token holds its id, and a role of the same name gets another.
Result<wire::Value> delete_role(Call& call) {
  const wire::iam::DeleteRoleRequest request(call.input);
  auto role = find_role(call, request.role_name());
  if (!role) return pass(role);
  if (!(*role)->attached_policy_arns.empty())
    return delete_conflict("Cannot delete entity, must detach all policies first.");
  if (!(*role)->policies.empty()) return delete_conflict("Cannot delete entity, must delete policies first.");
  if (!call.turn.state.instance_profiles.with("role", (*role)->key()).empty())
    return delete_conflict("Cannot delete entity, must remove roles from instance profile first.");
  call.turn.erase(call.turn.state.roles, (*role)->key());
  return wire::Value::object();
}

}  // namespace slipway::services::iam
