#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/iam/identity.hpp"

namespace slipway::services::iam {

using InlinePolicies = std::vector<core::iam::InlinePolicy>;  // in order of name

// A role's inline policy by name. Errors: NoSuchEntity.
Result<const core::iam::InlinePolicy*> find_role_policy(const core::iam::Role& role, std::string_view name);

// `held` with the policy put in or replaced. Errors: MalformedPolicyDocument, LimitExceeded.
Result<InlinePolicies> with_role_policy(const core::iam::Role& role, std::string_view name,
                                        std::string_view document);

}  // namespace slipway::services::iam
