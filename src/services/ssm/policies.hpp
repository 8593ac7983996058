#pragma once

#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "wire/gen/ssm.hpp"

// Parameter policies (Systems Manager guide, "Assigning parameter policies"): a JSON list of Expiration,
// ExpirationNotification and NoChangeNotification. Expiration deletes the parameter; the notifications are
// kept and tell nobody, since there is no EventBridge.
namespace slipway::services::ssm {

// Checks the text and gives when the parameter expires (zero: never). Errors: ValidationException,
// InvalidPolicyTypeException, InvalidPolicyAttributeException, PoliciesLimitExceededException,
// IncompatiblePolicyException.
Result<Instant> check_policies(std::string_view text);
// "[]" or "{}": the parameter has none any more.
bool takes_policies_away(std::string_view text);

wire::ListOf<wire::ssm::ParameterInlinePolicy> policies_view(std::string_view text);

}  // namespace slipway::services::ssm
