#include "services/secretsmanager/lookup.hpp"
#include "services/secretsmanager/table.hpp"
#include "wire/gen/secretsmanager.hpp"

namespace slipway::services::secretsmanager {

Result<wire::Value> delete_resource_policy(Call& call) {
  const wire::secretsmanager::DeleteResourcePolicyRequest request(call.input);
  auto secret = find_living_secret(call, request.secret_id());
  if (!secret) return pass(secret);
  call.turn.modify(call.turn.state.secrets, (*secret)->key(),
                   [](Secret& changed) { changed.resource_policy.clear(); });
  wire::secretsmanager::DeleteResourcePolicyResponse response;
  response.set_arn((*secret)->arn()).set_name((*secret)->name);
  return std::move(response).raw();
}

}  // namespace slipway::services::secretsmanager
