#include "services/iam/attached_policies.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/errors.hpp"
#include "services/iam/table.hpp"

namespace slipway::services::iam {
namespace {

void put_boundary(Call& call, const core::iam::Role& role, std::string_view policy_arn) {
  call.turn.modify(call.turn.state.roles, role.key(),
                   [&](core::iam::Role& changed) { changed.permissions_boundary = policy_arn; });
}

}  // namespace

Result<wire::Value> put_role_permissions_boundary(Call& call) {
  const wire::iam::PutRolePermissionsBoundaryRequest request(call.input);
  auto role = find_role(call, request.role_name());
  if (!role) return pass(role);
  if (auto good = check_policy_arn(call, request.permissions_boundary()); !good) return pass(good);
  put_boundary(call, **role, request.permissions_boundary());
  return wire::Value::object();
}

Result<wire::Value> delete_role_permissions_boundary(Call& call) {
  const wire::iam::DeleteRolePermissionsBoundaryRequest request(call.input);
  auto role = find_role(call, request.role_name());
  if (!role) return pass(role);
  if ((*role)->permissions_boundary.empty())
    return no_such_entity("Role " + (*role)->name + " does not have a permission boundary.");
  put_boundary(call, **role, "");
  return wire::Value::object();
}

}  // namespace slipway::services::iam
