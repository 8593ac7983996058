#pragma once

#include <cstddef>
#include <string_view>

#include "auth/policy/policy.hpp"
#include "base/result.hpp"

namespace slipway::services {

using PolicyUse = auth::policy::Use;

// Whether a document is a policy, by compiling it. Error: MalformedPolicyDocument in IAM's words.
Result<> check_policy_document(std::string_view document, PolicyUse use);

// Its size as quotas count it: without white space.
std::size_t policy_size(std::string_view document);

}  // namespace slipway::services
