#pragma once

#include <string_view>

#include "base/result.hpp"

namespace slipway::services::iam {

// A role's AssumeRolePolicyDocument. Errors: MalformedPolicyDocument, LimitExceeded.
Result<> check_trust_policy(std::string_view document);

}  // namespace slipway::services::iam
