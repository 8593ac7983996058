#include <algorithm>

#include "services/iam/entity.hpp"
#include "services/iam/errors.hpp"
#include "services/iam/pager.hpp"
#include "services/iam/policy_view.hpp"
#include "services/iam/table.hpp"
#include "services/iam/tags.hpp"

// GetPolicy, DeletePolicy, ListPolicies and a policy's tags.
namespace slipway::services::iam {

Result<wire::Value> get_policy(Call& call) {
  const wire::iam::GetPolicyRequest request(call.input);
  wire::iam::GetPolicyResponse response;
  if (const AwsPolicy* known = find_aws_policy(request.policy_arn())) {
    response.set_policy(policy_view(call, *known, Detail::whole));
    return std::move(response).raw();
  }
  auto policy = find_policy(call, request.policy_arn());
  if (!policy) return pass(policy);
  response.set_policy(policy_view(call, **policy, Detail::whole));
  return std::move(response).raw();
}

Result<wire::Value> delete_policy(Call& call) {
  const wire::iam::DeletePolicyRequest request(call.input);
  auto policy = find_own_policy(call, request.policy_arn());
  if (!policy) return pass(policy);
  if (attachments_of(call, request.policy_arn()) + boundaries_of(call, request.policy_arn()) > 0)
    return delete_conflict("Cannot delete a policy attached to entities.");
  if ((*policy)->versions.size() > 1)
    return delete_conflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's "
        "versions. The default version is deleted with the policy.");
  call.turn.erase(call.turn.state.policies, (*policy)->key());
  return wire::Value::object();
}

// The account's own, then AWS's, each in order of name.
Result<wire::Value> list_policies(Call& call) {
  const wire::iam::ListPoliciesRequest request(call.input);
  const std::string_view scope = request.scope().empty() ? "All" : request.scope();
  const bool as_boundary = request.policy_usage_filter() == "PermissionsBoundary";
  auto pager = Pager::open(call, request,
                           std::string(scope) + "\n" + std::string(request.path_prefix()) + "\n" +
                               (request.only_attached() ? "attached" : "") + (as_boundary ? "boundary" : ""));
  if (!pager) return pass(pager);
  auto wanted = [&](std::string_view path, const std::string& arn) {
    const std::size_t used = as_boundary ? boundaries_of(call, arn) : attachments_of(call, arn);
    return path.starts_with(request.path_prefix()) &&
           (used > 0 || (!request.only_attached() && request.policy_usage_filter().empty()));
  };
  wire::ListOf<wire::iam::Policy> page;
  bool full = false;
  if (scope != "AWS")
    call.turn.state.policies.scan(core::iam::global_prefix(call.realm.account), "",
                                  [&](const core::iam::ManagedPolicy& policy) {
                                    const std::string mark = "1" + policy.name;
                                    if (pager->skips(mark) || !wanted(policy.path, policy.arn())) return true;
                                    if (!pager->admits(mark)) return !(full = true);
                                    page.push_back(policy_view(call, policy, Detail::listed));
                                    return true;
                                  });
  if (scope != "Local" && !full) {
    std::vector<const AwsPolicy*> known;
    for (const AwsPolicy& policy : aws_policies()) known.push_back(&policy);
    std::ranges::sort(known, {}, &AwsPolicy::name);
    for (const AwsPolicy* policy : known) {
      const std::string mark = "2" + std::string(policy->name);
      if (pager->skips(mark) || !wanted(policy->path, policy->arn())) continue;
      if (!pager->admits(mark)) break;
      page.push_back(policy_view(call, *policy, Detail::listed));
    }
  }
  wire::iam::ListPoliciesResponse response;
  response.set_policies(std::move(page));
  pager->close(response);
  return std::move(response).raw();
}

Result<wire::Value> tag_policy(Call& call) {
  const wire::iam::TagPolicyRequest request(call.input);
  auto policy = find_own_policy(call, request.policy_arn());
  if (!policy) return pass(policy);
  auto tags = with_tags((*policy)->tags, request.tags());
  if (!tags) return pass(tags);
  call.turn.modify(call.turn.state.policies, (*policy)->key(),
                   [&](core::iam::ManagedPolicy& each) { each.tags = std::move(*tags); });
  return wire::Value::object();
}

Result<wire::Value> untag_policy(Call& call) {
  const wire::iam::UntagPolicyRequest request(call.input);
  auto policy = find_own_policy(call, request.policy_arn());
  if (!policy) return pass(policy);
  call.turn.modify(call.turn.state.policies, (*policy)->key(), [&](core::iam::ManagedPolicy& each) {
    each.tags = without_tags(std::move(each.tags), request.tag_keys());
  });
  return wire::Value::object();
}

Result<wire::Value> list_policy_tags(Call& call) {
  const wire::iam::ListPolicyTagsRequest request(call.input);
  wire::iam::ListPolicyTagsResponse response;
  response.set_is_truncated(false);
  if (find_aws_policy(request.policy_arn())) {
    response.set_tags({});
    return std::move(response).raw();
  }
  auto policy = find_policy(call, request.policy_arn());
  if (!policy) return pass(policy);
  response.set_tags(tags_view((*policy)->tags));
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
