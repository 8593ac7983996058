#include "services/iam/inline_policies.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "services/common/policy_document.hpp"
#include "services/iam/errors.hpp"

namespace slipway::services::iam {

namespace {

using core::iam::InlinePolicy;

}  // namespace

Result<const InlinePolicy*> find_role_policy(const core::iam::Role& role, std::string_view name) {
  const auto at = std::ranges::find(role.policies, name, &InlinePolicy::name);
  if (at == role.policies.end())
    return no_such_entity("The role policy with name " + std::string(name) + " cannot be found.");
  return &*at;
}

Result<InlinePolicies> with_role_policy(const core::iam::Role& role, std::string_view name,
                                        std::string_view document) {
  if (auto good = check_policy_document(document, PolicyUse::identity); !good) return pass(good);
  InlinePolicies policies = role.policies;
  auto at = std::ranges::lower_bound(policies, name, {}, &InlinePolicy::name);
  if (at == policies.end() || at->name != name) at = policies.insert(at, {std::string(name), {}, {}});
  at->document = document;
  std::size_t bytes = 0;
  for (const InlinePolicy& policy : policies) bytes += policy_size(policy.document);
  if (bytes > limits::role_policies_bytes)
    return limit_exceeded("Maximum policy size of " + std::to_string(limits::role_policies_bytes) +
                          " bytes exceeded for role " + role.name);
  return policies;
}

}  // namespace slipway::services::iam
