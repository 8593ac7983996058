#include "services/iam/attached_policies.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/errors.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {
namespace {

void put_boundary(Call& call, const core::iam::User& user, std::string_view policy_arn) {
  call.turn.modify(call.turn.state.users, user.key(),
                   [&](core::iam::User& changed) { changed.permissions_boundary = policy_arn; });
}

}  // namespace

Result<wire::Value> put_user_permissions_boundary(Call& call) {
  const wire::iam::PutUserPermissionsBoundaryRequest request(call.input);
  auto user = find_user(call, request.user_name());
  if (!user) return pass(user);
  if (auto good = check_policy_arn(call, request.permissions_boundary()); !good) return pass(good);
  put_boundary(call, **user, request.permissions_boundary());
  return wire::Value::object();
}

Result<wire::Value> delete_user_permissions_boundary(Call& call) {
  const wire::iam::DeleteUserPermissionsBoundaryRequest request(call.input);
  auto user = find_user(call, request.user_name());
  if (!user) return pass(user);
  if ((*user)->permissions_boundary.empty())
    return no_such_entity("User " + (*user)->name + " does not have a permission boundary.");
  put_boundary(call, **user, "");
  return wire::Value::object();
}

}  // namespace slipway::services::iam
