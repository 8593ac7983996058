#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"
#include "services/iam/tags.hpp"

namespace slipway::services::iam {

Result<wire::Value> untag_role(Call& call) {
  const wire::iam::UntagRoleRequest request(call.input);
  auto role = find_role(call, request.role_name());
  if (!role) return pass(role);
  call.turn.modify(call.turn.state.roles, (*role)->key(), [&](core::iam::Role& changed) {
    changed.tags = without_tags(std::move(changed.tags), request.tag_keys());
  });
  return wire::Value::object();
}

}  // namespace slipway::services::iam
