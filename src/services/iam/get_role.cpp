#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"
#include "services/iam/views.hpp"

namespace slipway::services::iam {

Result<wire::Value> get_role(Call& call) {
  const wire::iam::GetRoleRequest request(call.input);
  auto role = find_role(call, request.role_name());
  if (!role) return pass(role);
  wire::iam::Role view = role_view(**role, Detail::whole);
  view.set_role_last_used({});  // empty: not recorded, as for a role that was never used
  wire::iam::GetRoleResponse response;
  response.set_role(std::move(view));
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
