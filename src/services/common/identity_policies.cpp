#include "services/common/identity_policies.hpp"

#include "services/common/aws_policies.hpp"

namespace slipway::services {
namespace {

using auth::policy::Cache;
using auth::policy::PolicyPtr;
using auth::policy::Use;

const core::iam::ManagedPolicy* find_managed(const core::State& state, std::string_view arn) {
  // arn:aws:iam::<account>:policy/<path><name>
  const auto account_at = arn.find("::");
  if (account_at == arn.npos || account_at + 14 > arn.size()) return nullptr;
  const std::string_view account = arn.substr(account_at + 2, 12);
  const std::string_view name = arn.substr(arn.rfind('/') + 1);
  const auto* policy = state.policies.find(core::iam::ManagedPolicy::key_of(account, name));
  return policy && policy->arn() == arn ? policy : nullptr;
}

template <class Holder>
void add_policies(const core::State& state, Cache& cache, const Holder& holder, std::vector<PolicyPtr>& out) {
  for (const std::string& arn : holder.attached_policy_arns)
    if (auto policy = managed_policy(state, cache, arn)) out.push_back(std::move(*policy));
  for (const auto& policy : holder.policies) out.push_back(cache.find(policy.document, Use::identity));
}

// One that is gone allows nothing.
void add_boundary(const core::State& state, Cache& cache, const std::string& arn, PolicySet& out) {
  static const PolicyPtr nothing = std::make_shared<auth::policy::Policy>();
  if (arn.empty()) return;
  auto policy = managed_policy(state, cache, arn);
  out.boundary.push_back(policy ? std::move(*policy) : nothing);
}

void add_session(const core::State& state, Cache& cache, const auth::Principal& who, PolicySet& out) {
  if (!who.session_policy.empty()) {
    out.has_session = true;
    out.session.push_back(cache.find(who.session_policy, Use::identity));
  }
  for (std::string_view rest = who.session_policy_arns; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    out.has_session = true;
    if (auto policy = managed_policy(state, cache, rest.substr(0, end))) out.session.push_back(*policy);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

const core::iam::Group* find_group(const core::State& state, std::string_view account,
                                   std::string_view name) {
  return state.groups.find(core::iam::Group::key_of(account, name));
}

template <class Holder>
void visit_policies(const core::State& state, const Holder& holder, const VisitPolicy& visit) {
  for (const std::string& arn : holder.attached_policy_arns)
    if (const std::string_view document = managed_document(state, arn); !document.empty())
      visit({std::string_view(arn).substr(arn.rfind('/') + 1), document, true});
  for (const auto& policy : holder.policies) visit({policy.name, policy.document, false});
}

}  // namespace

std::optional<PolicyPtr> managed_policy(const core::State& state, Cache& cache, std::string_view arn) {
  if (is_aws_policy_arn(arn)) {
    const AwsPolicy* policy = find_aws_policy(arn);
    return policy ? std::optional(compiled(*policy)) : std::nullopt;
  }
  const auto* policy = find_managed(state, arn);
  return policy ? std::optional(cache.find(policy->document(), Use::identity)) : std::nullopt;
}

std::string_view managed_document(const core::State& state, std::string_view arn) {
  if (is_aws_policy_arn(arn)) {
    const AwsPolicy* policy = find_aws_policy(arn);
    return policy ? policy->document : std::string_view();
  }
  const auto* policy = find_managed(state, arn);
  return policy ? policy->document() : std::string_view();
}

PolicySet policies_of(const core::State& state, Cache& cache, const core::iam::User& user) {
  PolicySet out;
  add_policies(state, cache, user, out.identity);
  for (const std::string& name : user.groups)
    if (const auto* group = find_group(state, user.account, name))
      add_policies(state, cache, *group, out.identity);
  add_boundary(state, cache, user.permissions_boundary, out);
  return out;
}

PolicySet policies_of(const core::State& state, Cache& cache, const core::iam::Role& role) {
  PolicySet out;
  add_policies(state, cache, role, out.identity);
  add_boundary(state, cache, role.permissions_boundary, out);
  return out;
}

PolicySet policies_of(const core::State& state, Cache& cache, const auth::Principal& who,
                      const Identity& identity) {
  PolicySet out;
  if (who.kind == auth::PrincipalKind::node) {
    out.identity.push_back(node_policy());
    return out;
  }
  if (identity.user) out = policies_of(state, cache, *identity.user);
  if (identity.role) out = policies_of(state, cache, *identity.role);
  add_session(state, cache, who, out);
  return out;
}

void each_policy(const core::State& state, const core::iam::Group& group, const VisitPolicy& visit) {
  visit_policies(state, group, visit);
}
void each_policy(const core::State& state, const core::iam::Role& role, const VisitPolicy& visit) {
  visit_policies(state, role, visit);
}
void each_policy(const core::State& state, const core::iam::User& user, const VisitPolicy& visit) {
  visit_policies(state, user, visit);
  for (const std::string& name : user.groups)
    if (const auto* group = find_group(state, user.account, name)) visit_policies(state, *group, visit);
}

}  // namespace slipway::services
