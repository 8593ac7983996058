#pragma once

#include <string_view>

#include "auth/policy/evaluate.hpp"
#include "services/common/call.hpp"
#include "services/common/request_context.hpp"

// Whether a caller may do what it asks, judged in the turn on the state that the operation sees.
namespace slipway::services {

// First: is the key still active, does the user or role still exist, is the session not revoked, does its
// task still run. Then AWS's evaluation of every ask of the call (services/<api>/asks.cpp) by identity
// policies, boundary, session policies and the resource's own policy. Only the account's root is above
// policies; a node has a policy as everybody has. sts:GetCallerIdentity and sts:GetSessionToken need no
// leave. Errors: those of a wrong key or an old session; AccessDenied and its like, with the action, the
// resource and the kind of policy that is missing or denies; all in the words of the service's protocol.
Result<> authorize(Call& call, const ServiceTable& table);

// For what comes without an operation: one action on one resource.
Result<> authorize(const Asker& asker, const Environment& environment, const wire::Service& service,
                   std::string_view action, std::string_view resource);

// Whether an AWS service ("ecs-tasks.amazonaws.com") may assume the role, by the role's trust policy.
// `source_arn` is what it acts for: aws:SourceArn.
bool service_may_assume(const core::State& state, const Environment& environment, const core::iam::Role& role,
                        std::string_view service, std::string_view source_arn, Instant now);

}  // namespace slipway::services
