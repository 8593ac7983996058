#include "services/secretsmanager/lookup.hpp"
#include "services/secretsmanager/table.hpp"
#include "wire/gen/secretsmanager.hpp"

namespace slipway::services::secretsmanager {

Result<wire::Value> get_resource_policy(Call& call) {
  const wire::secretsmanager::GetResourcePolicyRequest request(call.input);
  auto secret = find_secret(call, request.secret_id());
  if (!secret) return pass(secret);
  wire::secretsmanager::GetResourcePolicyResponse response;
  response.set_arn((*secret)->arn()).set_name((*secret)->name);
  if (!(*secret)->resource_policy.empty()) response.set_resource_policy((*secret)->resource_policy);
  return std::move(response).raw();
}

}  // namespace slipway::services::secretsmanager
