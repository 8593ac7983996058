#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"
#include "services/iam/tags.hpp"

namespace slipway::services::iam {

Result<wire::Value> tag_role(Call& call) {
  const wire::iam::TagRoleRequest request(call.input);
  auto role = find_role(call, request.role_name());
  if (!role) return pass(role);
  auto tags = with_tags((*role)->tags, request.tags());
  if (!tags) return pass(tags);
  call.turn.modify(call.turn.state.roles, (*role)->key(),
                   [&](core::iam::Role& changed) { changed.tags = std::move(*tags); });
  return wire::Value::object();
}

}  // namespace slipway::services::iam
