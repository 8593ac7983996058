#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"
#include "services/iam/tags.hpp"

namespace slipway::services::iam {

Result<wire::Value> tag_user(Call& call) {
  const wire::iam::TagUserRequest request(call.input);
  auto user = find_user(call, request.user_name());
  if (!user) return pass(user);
  auto tags = with_tags((*user)->tags, request.tags());
  if (!tags) return pass(tags);
  call.turn.modify(call.turn.state.users, (*user)->key(),
                   [&](core::iam::User& changed) { changed.tags = std::move(*tags); });
  return wire::Value::object();
}

}  // namespace slipway::services::iam
