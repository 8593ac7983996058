#pragma once

#include <string_view>

#include "base/result.hpp"

namespace slipway::services {

// Whether a document is a policy that a resource can have, by compiling it as it will be judged. Error:
// MalformedPolicyDocumentException.
Result<> check_resource_policy(std::string_view document);

// Whether a statement allows something to everybody and has no condition.
bool allows_everybody(std::string_view document);

}  // namespace slipway::services
