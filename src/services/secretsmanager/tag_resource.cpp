#include "services/secretsmanager/table.hpp"
#include "services/secretsmanager/tags.hpp"

namespace slipway::services::secretsmanager {

Result<wire::Value> tag_resource(Call& call) {
  const wire::secretsmanager::TagResourceRequest request(call.input);
  auto secret = find_living_secret(call, request.secret_id());
  if (!secret) return pass(secret);
  auto tags = with_tags((*secret)->tags, request.tags());
  if (!tags) return pass(tags);
  call.turn.modify(call.turn.state.secrets, (*secret)->key(), [&](Secret& changed) {
    changed.tags = std::move(*tags);
    changed.changed_at = call.now();
  });
  return wire::Value::object();
}

}  // namespace slipway::services::secretsmanager
