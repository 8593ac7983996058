#pragma once

#include "services/common/aws_policies.hpp"
#include "services/common/call.hpp"
#include "services/iam/views.hpp"

namespace slipway::services::iam {

// How many users, roles and groups of the account a managed policy is attached to, or bounds.
std::size_t attachments_of(const Call& call, std::string_view arn);
std::size_t boundaries_of(const Call& call, std::string_view arn);

wire::iam::Policy policy_view(const Call& call, const core::iam::ManagedPolicy& policy, Detail detail);
wire::iam::Policy policy_view(const Call& call, const AwsPolicy& policy, Detail detail);

// Listed: without its document.
wire::iam::PolicyVersion version_view(const core::iam::ManagedPolicy& policy,
                                      const core::iam::PolicyVersion& version, Detail detail);
wire::iam::PolicyVersion version_view(const AwsPolicy& policy, Detail detail);

}  // namespace slipway::services::iam
