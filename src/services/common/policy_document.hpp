#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.hpp"

namespace slipway::services {

enum class PolicyUse {
  trust,     // of a role: who may assume it; names principals and no resources
  identity,  // of a user, role or session: the other way round
};

// Whether a document has the form of a policy (IAM user guide, "Grammar of the IAM JSON policy language"):
// JSON, a known version, statements with effect, actions, and principals or resources as its use asks. What
// the statements mean is not looked at. Error: MalformedPolicyDocument in IAM's words.
Result<> check_policy_document(std::string_view document, PolicyUse use);

// Its size as quotas count it: without white space.
std::size_t policy_size(std::string_view document);

}  // namespace slipway::services
