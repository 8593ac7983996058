#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "services/iam/pager.hpp"
#include "wire/gen/iam.hpp"

// Managed policies on users, roles and groups: the account's own, and AWS's. Of the latter every name may be
// attached; one whose contents are not known here (services/common/aws_policies.hpp) allows nothing.
namespace slipway::services::iam {

using PolicyArns = std::vector<std::string>;

// Errors: InvalidInput for what is no policy's ARN, NoSuchEntity for one that is not there.
Result<> check_policy_arn(const Call& call, std::string_view arn);
// Attaching twice is attaching once. Errors: those, and LimitExceeded of `quota` ("PoliciesPerUser").
Result<PolicyArns> with_policy(const Call& call, PolicyArns held, std::string_view arn,
                               std::string_view quota);
// Errors: NoSuchEntity, when it is not attached.
Result<PolicyArns> without_policy(PolicyArns held, std::string_view arn);

// "AdministratorAccess" and "/" of arn:aws:iam::aws:policy/AdministratorAccess.
std::string_view policy_name_of(std::string_view arn);
std::string_view policy_path_of(std::string_view arn);

// The answer of ListAttachedUserPolicies and its like, in order of ARN.
template <class Response, class Request>
Result<wire::Value> list_attached(const Call& call, const Request& request, std::string_view name,
                                  PolicyArns held) {
  auto pager = Pager::open(call, request, std::string(name) + "\n" + std::string(request.path_prefix()));
  if (!pager) return pass(pager);
  std::ranges::sort(held);
  Response response;
  wire::ListOf<wire::iam::AttachedPolicy> page;
  for (const std::string& arn : held) {
    if (pager->skips(arn) || !policy_path_of(arn).starts_with(request.path_prefix())) continue;
    if (!pager->admits(arn)) break;
    page.push_back(wire::iam::AttachedPolicy().set_policy_name(policy_name_of(arn)).set_policy_arn(arn));
  }
  response.set_attached_policies(std::move(page));
  pager->close(response);
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
