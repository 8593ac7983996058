#include "services/secretsmanager/lookup.hpp"
#include "services/secretsmanager/table.hpp"
#include "wire/gen/secretsmanager.hpp"

namespace slipway::services::secretsmanager {

Result<wire::Value> untag_resource(Call& call) {
  const wire::secretsmanager::UntagResourceRequest request(call.input);
  auto secret = find_living_secret(call, request.secret_id());
  if (!secret) return pass(secret);
  call.turn.modify(call.turn.state.secrets, (*secret)->key(), [&](Secret& changed) {
    for (const std::string_view key : request.tag_keys()) changed.tags.erase(std::string(key));
    changed.changed_at = call.now();
  });
  return wire::Value::object();
}

}  // namespace slipway::services::secretsmanager
