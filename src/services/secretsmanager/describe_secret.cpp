#include "services/secretsmanager/table.hpp"
#include "services/secretsmanager/views.hpp"

namespace slipway::services::secretsmanager {

Result<wire::Value> describe_secret(Call& call) {
  const wire::secretsmanager::DescribeSecretRequest request(call.input);
  auto secret = find_secret(call, request.secret_id());
  if (!secret) return pass(secret);
  wire::secretsmanager::DescribeSecretResponse response;
  describe(response, **secret);
  auto stages = stages_view(call.turn.state, **secret);
  if (!stages.empty()) response.set_version_ids_to_stages(std::move(stages));
  return std::move(response).raw();
}

}  // namespace slipway::services::secretsmanager
