#pragma once

#include <span>
#include <string_view>

#include "auth/policy/policy.hpp"

// AWS managed policies that people who run containers attach: what they allow, as AWS publishes it, for the
// services that there are here and those that a container may name. A name that is not in the table may be
// attached all the same (a stack must not fail over it) and allows nothing.
namespace slipway::services {

struct AwsPolicy {
  std::string_view path;  // "/service-role/"
  std::string_view name;
  std::string_view description;
  std::string_view document;
  std::string_view version;  // of AWS's that it follows: "v1"

  std::string arn() const;
  std::string id() const;  // ANPA…, made from the name: the same for ever
};

std::span<const AwsPolicy> aws_policies();
// Whether an ARN is one of AWS's policies, known here or not.
bool is_aws_policy_arn(std::string_view arn);
// Nullptr: not known.
const AwsPolicy* find_aws_policy(std::string_view arn);
// Compiled once, by the turn's thread or at the start.
const auth::policy::PolicyPtr& compiled(const AwsPolicy& policy);

// What a node of this server may do: its agent's calls, and no more (agent-wire.md §4; compare
// AmazonEC2ContainerServiceforEC2Role).
const auth::policy::PolicyPtr& node_policy();

}  // namespace slipway::services
