#include "services/iam/policy_versions.hpp"

#include "base/limits.hpp"
#include "services/common/policy_document.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/errors.hpp"
#include "services/iam/policy_view.hpp"
#include "services/iam/table.hpp"

// The versions of a managed policy: which there are, and which is judged.
namespace slipway::services::iam {

Result<> check_managed_document(std::string_view document) {
  if (auto good = check_policy_document(document, PolicyUse::identity); !good) return good;
  if (policy_size(document) > limits::managed_policy_bytes)
    return over_quota("PolicySize", limits::managed_policy_bytes);
  return {};
}

std::unexpected<Error> no_such_version(std::string_view policy_arn, std::string_view version_id) {
  return no_such_entity("Policy " + std::string(policy_arn) + " version " + std::string(version_id) +
                        " does not exist or is not attachable.");
}

Result<const core::iam::PolicyVersion*> find_version(const core::iam::ManagedPolicy& policy,
                                                     std::string_view version_id) {
  const auto* version = policy.version(version_id);
  if (!version) return no_such_version(policy.arn(), version_id);
  return version;
}

Result<wire::Value> create_policy_version(Call& call) {
  const wire::iam::CreatePolicyVersionRequest request(call.input);
  auto policy = find_own_policy(call, request.policy_arn());
  if (!policy) return pass(policy);
  if (auto good = check_managed_document(request.policy_document()); !good) return pass(good);
  if ((*policy)->versions.size() >= limits::policy_versions)
    return limit_exceeded(
        "A managed policy can have up to 5 versions. Before you create a new version, you must delete an "
        "existing version.");
  const auto& changed =
      call.turn.modify(call.turn.state.policies, (*policy)->key(), [&](core::iam::ManagedPolicy& each) {
        const std::string id = "v" + std::to_string(++each.versions_made);
        each.versions.push_back({id, std::string(request.policy_document()), call.now(), {}});
        if (request.set_as_default()) each.default_version = id;
        each.updated_at = call.now();
      });
  wire::iam::CreatePolicyVersionResponse response;
  response.set_policy_version(version_view(changed, changed.versions.back(), Detail::listed));
  return std::move(response).raw();
}

Result<wire::Value> get_policy_version(Call& call) {
  const wire::iam::GetPolicyVersionRequest request(call.input);
  wire::iam::GetPolicyVersionResponse response;
  if (const AwsPolicy* known = find_aws_policy(request.policy_arn())) {
    if (request.version_id() != known->version)
      return no_such_version(request.policy_arn(), request.version_id());
    response.set_policy_version(version_view(*known, Detail::whole));
    return std::move(response).raw();
  }
  auto policy = find_policy(call, request.policy_arn());
  if (!policy) return pass(policy);
  auto version = find_version(**policy, request.version_id());
  if (!version) return pass(version);
  response.set_policy_version(version_view(**policy, **version, Detail::whole));
  return std::move(response).raw();
}

Result<wire::Value> delete_policy_version(Call& call) {
  const wire::iam::DeletePolicyVersionRequest request(call.input);
  auto policy = find_own_policy(call, request.policy_arn());
  if (!policy) return pass(policy);
  if (auto version = find_version(**policy, request.version_id()); !version) return pass(version);
  if ((*policy)->default_version == request.version_id())
    return delete_conflict("Cannot delete the default version of a policy.");
  call.turn.modify(call.turn.state.policies, (*policy)->key(), [&](core::iam::ManagedPolicy& each) {
    std::erase_if(each.versions, [&](const auto& version) { return version.id == request.version_id(); });
  });
  return wire::Value::object();
}

Result<wire::Value> set_default_policy_version(Call& call) {
  const wire::iam::SetDefaultPolicyVersionRequest request(call.input);
  auto policy = find_own_policy(call, request.policy_arn());
  if (!policy) return pass(policy);
  if (auto version = find_version(**policy, request.version_id()); !version) return pass(version);
  call.turn.modify(call.turn.state.policies, (*policy)->key(), [&](core::iam::ManagedPolicy& each) {
    each.default_version = request.version_id();
    each.updated_at = call.now();
  });
  return wire::Value::object();
}

// Newest first, as AWS gives them.
Result<wire::Value> list_policy_versions(Call& call) {
  const wire::iam::ListPolicyVersionsRequest request(call.input);
  wire::iam::ListPolicyVersionsResponse response;
  response.set_is_truncated(false);
  wire::ListOf<wire::iam::PolicyVersion> page;
  if (const AwsPolicy* known = find_aws_policy(request.policy_arn())) {
    page.push_back(version_view(*known, Detail::listed));
  } else {
    auto policy = find_policy(call, request.policy_arn());
    if (!policy) return pass(policy);
    for (auto at = (*policy)->versions.rbegin(); at != (*policy)->versions.rend(); ++at)
      page.push_back(version_view(**policy, *at, Detail::listed));
  }
  response.set_versions(std::move(page));
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
