#include "services/common/resource_policy.hpp"
#include "services/secretsmanager/lookup.hpp"
#include "services/secretsmanager/table.hpp"
#include "wire/gen/secretsmanager.hpp"

namespace slipway::services::secretsmanager {

Result<wire::Value> put_resource_policy(Call& call) {
  const wire::secretsmanager::PutResourcePolicyRequest request(call.input);
  if (auto good = check_resource_policy(request.resource_policy()); !good) return pass(good);
  auto secret = find_living_secret(call, request.secret_id());
  if (!secret) return pass(secret);
  if (request.block_public_policy() && allows_everybody(request.resource_policy()))
    return fail("PublicPolicyException",
                "You can't attach a resource policy that allows broad access to the secret.");
  call.turn.modify(call.turn.state.secrets, (*secret)->key(),
                   [&](Secret& changed) { changed.resource_policy = request.resource_policy(); });
  wire::secretsmanager::PutResourcePolicyResponse response;
  response.set_arn((*secret)->arn()).set_name((*secret)->name);
  return std::move(response).raw();
}

}  // namespace slipway::services::secretsmanager
