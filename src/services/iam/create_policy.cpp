#include "auth/access_key.hpp"
#include "base/limits.hpp"
#include "services/common/policy_document.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/errors.hpp"
#include "services/iam/policy_versions.hpp"
#include "services/iam/policy_view.hpp"
#include "services/iam/table.hpp"
#include "services/iam/tags.hpp"

namespace slipway::services::iam {

Result<wire::Value> create_policy(Call& call) {
  const wire::iam::CreatePolicyRequest request(call.input);
  if (auto good = check_name("policyName", request.policy_name()); !good) return pass(good);
  if (auto good = check_path(request.path()); !good) return pass(good);
  if (auto good = check_managed_document(request.policy_document()); !good) return pass(good);
  if (auto good = check_policy_is_new(call, request.policy_name()); !good) return pass(good);
  auto tags = with_tags({}, request.tags());
  if (!tags) return pass(tags);
  std::size_t held = 0;
  call.turn.state.policies.scan(core::iam::global_prefix(call.realm.account), "",
                                [&](const auto&) { return ++held < limits::managed_policies; });
  if (held >= limits::managed_policies) return over_quota("PoliciesPerAccount", limits::managed_policies);

  core::iam::ManagedPolicy policy;
  policy.account = call.realm.account;
  policy.name = request.policy_name();
  policy.id = auth::new_unique_id(call.turn.random, "ANPA");
  policy.path = request.path().empty() ? "/" : request.path();
  policy.description = request.description();
  policy.tags = std::move(*tags);
  policy.created_at = policy.updated_at = call.now();
  policy.default_version = "v1";
  policy.versions_made = 1;
  policy.versions.push_back({"v1", std::string(request.policy_document()), call.now(), {}});
  wire::iam::CreatePolicyResponse response;
  response.set_policy(policy_view(call, policy, Detail::whole));
  call.turn.put(call.turn.state.policies, std::move(policy));
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
