#include "services/secretsmanager/lookup.hpp"
#include "services/secretsmanager/table.hpp"
#include "wire/gen/secretsmanager.hpp"

namespace slipway::services::secretsmanager {

Result<wire::Value> restore_secret(Call& call) {
  const wire::secretsmanager::RestoreSecretRequest request(call.input);
  auto secret = find_secret(call, request.secret_id());
  if (!secret) return pass(secret);
  if ((*secret)->deleted())
    call.turn.modify(call.turn.state.secrets, (*secret)->key(),
                     [](Secret& changed) { changed.deletes_at = changed.deleted_at = {}; });
  wire::secretsmanager::RestoreSecretResponse response;
  response.set_arn((*secret)->arn()).set_name((*secret)->name);
  return std::move(response).raw();
}

}  // namespace slipway::services::secretsmanager
