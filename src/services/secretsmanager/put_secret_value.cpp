#include <algorithm>

#include "services/secretsmanager/table.hpp"
#include "services/secretsmanager/version.hpp"
#include "services/secretsmanager/views.hpp"

namespace slipway::services::secretsmanager {

Result<wire::Value> put_secret_value(Call& call) {
  const wire::secretsmanager::PutSecretValueRequest request(call.input);
  auto value = value_of(request, true);
  if (!value) return pass(value);
  auto secret = find_living_secret(call, request.secret_id());
  if (!secret) return pass(secret);
  std::vector<std::string> stages;
  for (const std::string_view stage : request.version_stages()) {
    if (stage.empty()) return invalid("A staging label must have at least one character.");
    if (std::ranges::find(stages, stage) == stages.end()) stages.emplace_back(stage);
  }
  const std::string version_id = version_id_of(call, request.client_request_token());
  auto version = put_version(call, **secret, version_id, **value, std::move(stages));
  if (!version) return pass(version);
  wire::secretsmanager::PutSecretValueResponse response;
  response.set_arn((*secret)->arn())
      .set_name((*secret)->name)
      .set_version_id(version_id)
      .set_version_stages(stages_view(**version));
  return std::move(response).raw();
}

}  // namespace slipway::services::secretsmanager
