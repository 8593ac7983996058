#include "services/iam/inline_policies.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "services/common/policy_document.hpp"
#include "services/iam/errors.hpp"

namespace slipway::services::iam {
namespace {

using core::iam::InlinePolicy;

// Of all inline policies together (IAM user guide, "IAM and AWS STS quotas").
std::size_t limit_of(std::string_view kind) {
  if (kind == "user") return limits::user_policies_bytes;
  if (kind == "group") return limits::group_policies_bytes;
  return limits::role_policies_bytes;
}

}  // namespace

Result<const InlinePolicy*> find_inline_policy(const InlinePolicies& held, std::string_view kind,
                                               std::string_view name) {
  const auto at = std::ranges::find(held, name, &InlinePolicy::name);
  if (at == held.end())
    return no_such_entity("The " + std::string(kind) + " policy with name " + std::string(name) +
                          " cannot be found.");
  return &*at;
}

Result<InlinePolicies> with_inline_policy(InlinePolicies held, std::string_view kind, std::string_view holder,
                                          std::string_view name, std::string_view document) {
  if (auto good = check_policy_document(document, PolicyUse::identity); !good) return pass(good);
  auto at = std::ranges::lower_bound(held, name, {}, &InlinePolicy::name);
  if (at == held.end() || at->name != name) at = held.insert(at, {std::string(name), {}, {}});
  at->document = document;
  std::size_t bytes = 0;
  for (const InlinePolicy& policy : held) bytes += policy_size(policy.document);
  if (bytes > limit_of(kind))
    return limit_exceeded("Maximum policy size of " + std::to_string(limit_of(kind)) +
                          " bytes exceeded for " + std::string(kind) + " " + std::string(holder));
  return held;
}

}  // namespace slipway::services::iam
