#include "services/secretsmanager/table.hpp"
#include "services/secretsmanager/version.hpp"
#include "wire/gen/secretsmanager.hpp"

namespace slipway::services::secretsmanager {

// Metadata, and a new current version where a value is given. Another key is for versions to come.
Result<wire::Value> update_secret(Call& call) {
  const wire::secretsmanager::UpdateSecretRequest request(call.input);
  auto value = value_of(request, false);
  if (!value) return pass(value);
  auto found = find_living_secret(call, request.secret_id());
  if (!found) return pass(found);
  const Secret& secret =
      call.turn.modify(call.turn.state.secrets, (*found)->key(), [&](Secret& changed) {
        if (request.has_description()) changed.description = request.description();
        if (request.has_kms_key_id()) changed.kms_key_id = request.kms_key_id();
        if (request.has_type()) changed.type = request.type();
        changed.changed_at = call.now();
      });
  if (auto key = key_of(call, secret); !key) return pass(key);
  wire::secretsmanager::UpdateSecretResponse response;
  response.set_arn(secret.arn()).set_name(secret.name);
  if (*value) {
    const std::string version_id = version_id_of(call, request.client_request_token());
    auto put = put_version(call, secret, version_id, **value, {});
    if (!put) return pass(put);
    response.set_version_id(version_id);
  }
  return std::move(response).raw();
}

}  // namespace slipway::services::secretsmanager
