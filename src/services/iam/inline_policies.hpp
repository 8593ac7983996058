#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/iam/identity.hpp"
#include "services/iam/pager.hpp"
#include "wire/gen/iam.hpp"

// Inline policies of roles, users and groups. `kind` is "role", "user" or "group", as errors say it.
namespace slipway::services::iam {

using InlinePolicies = std::vector<core::iam::InlinePolicy>;  // in order of name

// Errors: NoSuchEntity.
Result<const core::iam::InlinePolicy*> find_inline_policy(const InlinePolicies& held, std::string_view kind,
                                                          std::string_view name);

// `held` with the policy put in or replaced. Errors: MalformedPolicyDocument, LimitExceeded.
Result<InlinePolicies> with_inline_policy(InlinePolicies held, std::string_view kind, std::string_view holder,
                                          std::string_view name, std::string_view document);

// The answer of ListRolePolicies and its like.
template <class Response, class Request>
Result<wire::Value> list_inline(const Call& call, const Request& request, std::string_view holder,
                                const InlinePolicies& held) {
  auto pager = Pager::open(call, request, holder);
  if (!pager) return pass(pager);
  Response response;
  wire::ListOf<std::string_view> page;
  for (const auto& policy : held) {
    if (pager->skips(policy.name)) continue;
    if (!pager->admits(policy.name)) break;
    page.push_back(policy.name);
  }
  response.set_policy_names(std::move(page));
  pager->close(response);
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
