#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"
#include "services/iam/tags.hpp"

namespace slipway::services::iam {

Result<wire::Value> untag_user(Call& call) {
  const wire::iam::UntagUserRequest request(call.input);
  auto user = find_user(call, request.user_name());
  if (!user) return pass(user);
  call.turn.modify(call.turn.state.users, (*user)->key(), [&](core::iam::User& changed) {
    changed.tags = without_tags(std::move(changed.tags), request.tag_keys());
  });
  return wire::Value::object();
}

}  // namespace slipway::services::iam
