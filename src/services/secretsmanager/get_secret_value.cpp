#include "services/secretsmanager/show_value.hpp"
#include "services/secretsmanager/table.hpp"
#include "wire/gen/secretsmanager.hpp"

namespace slipway::services::secretsmanager {

Result<wire::Value> get_secret_value(Call& call) {
  const wire::secretsmanager::GetSecretValueRequest request(call.input);
  auto secret = find_living_secret(call, request.secret_id());
  if (!secret) return pass(secret);
  auto version = choose_version(call, **secret, request.version_id(), request.version_stage());
  if (!version) return pass(version);
  wire::secretsmanager::GetSecretValueResponse response;
  if (auto shown = show_value(call, **secret, **version, response); !shown) return pass(shown);
  return std::move(response).raw();
}

}  // namespace slipway::services::secretsmanager
