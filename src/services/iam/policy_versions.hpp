#pragma once

#include <string_view>

#include "core/iam/managed_policy.hpp"
#include "services/common/call.hpp"

namespace slipway::services::iam {

// A managed policy's document. Errors: MalformedPolicyDocument, LimitExceeded.
Result<> check_managed_document(std::string_view document);

// Errors: NoSuchEntity.
Result<const core::iam::PolicyVersion*> find_version(const core::iam::ManagedPolicy& policy,
                                                     std::string_view version_id);
std::unexpected<Error> no_such_version(std::string_view policy_arn, std::string_view version_id);

}  // namespace slipway::services::iam
