#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"
#include "wire/gen/iam.hpp"

namespace slipway::services::iam {

// Description and the longest session; what is not given stays.
Result<wire::Value> update_role(Call& call) {
  const wire::iam::UpdateRoleRequest request(call.input);
  auto role = find_role(call, request.role_name());
  if (!role) return pass(role);
  call.turn.modify(call.turn.state.roles, (*role)->key(), [&](core::iam::Role& changed) {
    if (request.has_description()) changed.description = request.description();
    if (request.has_max_session_duration()) changed.max_session_s = request.max_session_duration();
  });
  return wire::Value::object();
}

}  // namespace slipway::services::iam
