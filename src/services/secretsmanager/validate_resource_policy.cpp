#include "services/common/resource_policy.hpp"
#include "services/secretsmanager/lookup.hpp"
#include "services/secretsmanager/table.hpp"
#include "wire/gen/secretsmanager.hpp"

namespace slipway::services::secretsmanager {

Result<wire::Value> validate_resource_policy(Call& call) {
  const wire::secretsmanager::ValidateResourcePolicyRequest request(call.input);
  if (request.has_secret_id())
    if (auto secret = find_living_secret(call, request.secret_id()); !secret) return pass(secret);
  wire::secretsmanager::ValidateResourcePolicyResponse response;
  response.set_validation_errors({});
  const auto tell = [&](std::string_view check, std::string_view message) {
    response.add_validation_errors(
        wire::secretsmanager::ValidationErrorsEntry().set_check_name(check).set_error_message(message));
  };
  if (auto good = check_resource_policy(request.resource_policy()); !good)
    tell("PolicySyntax", good.error().message);
  else if (allows_everybody(request.resource_policy()))
    tell("PublicPolicy", "The policy allows broad access to the secret.");
  response.set_policy_validation_passed(response.validation_errors().empty());
  return std::move(response).raw();
}

}  // namespace slipway::services::secretsmanager
