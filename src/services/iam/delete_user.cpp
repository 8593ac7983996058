#include "services/iam/entity.hpp"
#include "services/iam/errors.hpp"
#include "services/iam/table.hpp"
#include "wire/gen/iam.hpp"

namespace slipway::services::iam {

Result<wire::Value> delete_user(Call& call) {
  const wire::iam::DeleteUserRequest request(call.input);
  auto user = find_user(call, request.user_name());
  if (!user) return pass(user);
  const std::string key = (*user)->key();
  if (!call.turn.state.access_keys.with("user", key).empty())
    return delete_conflict("Cannot delete entity, must delete access keys first.");
  if (!(*user)->attached_policy_arns.empty())
    return delete_conflict("Cannot delete entity, must detach all policies first.");
  if (!(*user)->policies.empty()) return delete_conflict("Cannot delete entity, must delete policies first.");
  if (!(*user)->groups.empty())
    return delete_conflict("Cannot delete entity, must remove users from group first.");
  call.turn.erase(call.turn.state.users, key);
  call.turn.emit(core::KeysChanged{});
  return wire::Value::object();
}

}  // namespace slipway::services::iam
