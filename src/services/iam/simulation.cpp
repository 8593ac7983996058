#include "services/iam/simulation.hpp"

#include <algorithm>
#include <set>

#include "base/limits.hpp"
#include "services/common/aws_policies.hpp"
#include "services/common/identity_policies.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/errors.hpp"

namespace slipway::services::iam {
namespace {

using namespace auth::policy;

Result<PolicyPtr> read(std::string_view document, Use use) {
  auto compiled = auth::policy::compile(document, use);
  if (!compiled) return invalid_input(compiled.error().message);
  return std::move(*compiled);
}

std::string_view name_of(std::string_view arn) {
  return arn.substr(arn.rfind('/') + 1);
}

}  // namespace

void SimulatedContext::add(std::string_view name, std::string_view value) {
  values_[lower(name)].emplace_back(value);
}
bool SimulatedContext::has(std::string_view name) const {
  return values_.contains(lower(name));
}
bool SimulatedContext::values(std::string_view key, std::vector<std::string>& out) const {
  const auto at = values_.find(key);
  if (at == values_.end()) return false;
  out.insert(out.end(), at->second.begin(), at->second.end());
  return true;
}

Result<> Simulation::add(std::string id, std::string_view document) {
  auto policy = read(document, Use::identity);
  if (!policy) return pass(policy);
  identity_.push_back({std::move(id), "none", std::move(*policy)});
  return {};
}

Result<> Simulation::set_boundary(std::string id, std::string_view document) {
  auto policy = read(document, Use::identity);
  if (!policy) return pass(policy);
  boundary_.clear();
  boundary_.push_back({std::move(id), "none", std::move(*policy)});
  return {};
}

Result<> Simulation::set_resource_policy(std::string_view document) {
  auto policy = read(document, Use::resource);
  if (!policy) return pass(policy);
  resource_.push_back({"ResourcePolicy", "resource", std::move(*policy)});
  return {};
}

Result<> Simulation::add_managed(const Call& call, std::string_view arn, std::vector<Source>& out) {
  auto policy = managed_policy(call.turn.state, *call.environment.policies, arn);
  if (!policy) return {};
  out.push_back(
      {std::string(name_of(arn)), is_aws_policy_arn(arn) ? "aws-managed" : "user-managed", *policy});
  return {};
}

template <class Holder>
Result<> Simulation::add_holder(const Call& call, const Holder& holder, std::string_view type) {
  for (const std::string& arn : holder.attached_policy_arns)
    if (auto added = add_managed(call, arn, identity_); !added) return added;
  for (const auto& policy : holder.policies)
    identity_.push_back({policy.name, type, call.environment.policies->find(policy.document, Use::identity)});
  return {};
}

Result<> Simulation::add_principal(const Call& call, std::string_view arn) {
  const auto parsed = Arn::parse(arn);
  const std::string resource = parsed && parsed->service == "iam" ? parsed->resource : std::string();
  if (resource.starts_with("user/")) {
    auto user = find_user(call, name_of(arn));
    if (!user) return pass(user);
    if ((*user)->arn() != arn) return no_such_entity("User " + std::string(arn) + " cannot be found.");
    if (auto added = add_holder(call, **user, "user"); !added) return added;
    for (const std::string& name : (*user)->groups)
      if (auto group = find_group(call, name))
        if (auto added = add_holder(call, **group, "group"); !added) return added;
    return (*user)->permissions_boundary.empty()
               ? Result<>()
               : add_managed(call, (*user)->permissions_boundary, boundary_);
  }
  if (resource.starts_with("role/")) {
    auto role = find_role(call, name_of(arn));
    if (!role) return pass(role);
    if ((*role)->arn() != arn) return no_such_entity("Role " + std::string(arn) + " cannot be found.");
    if (auto added = add_holder(call, **role, "role"); !added) return added;
    return (*role)->permissions_boundary.empty()
               ? Result<>()
               : add_managed(call, (*role)->permissions_boundary, boundary_);
  }
  if (resource.starts_with("group/")) {
    auto group = find_group(call, name_of(arn));
    if (!group) return pass(group);
    if ((*group)->arn() != arn) return no_such_entity("Group " + std::string(arn) + " cannot be found.");
    return add_holder(call, **group, "group");
  }
  return invalid_input("Invalid Entity Arn: " + std::string(arn) +
                       " does not clearly define entity type and name.");
}

Result<> Simulation::set_caller(const Call& call, std::string_view arn) {
  caller_account_ = call.realm.account;
  caller_arn_ = arn;
  const auto parsed = Arn::parse(arn);
  if (!parsed || !parsed->resource.starts_with("user/")) return {};
  caller_account_ = parsed->account;
  auto user = find_user(call, name_of(arn));
  auto give = [&](std::string_view key, std::string_view value) {
    if (!context.has(key)) context.add(key, value);
  };
  give("aws:username", name_of(arn));
  give("aws:PrincipalArn", arn);
  give("aws:PrincipalAccount", parsed->account);
  if (!user) return {};
  give("aws:userid", (*user)->id);
  for (const auto& [key, value] : (*user)->tags) give("aws:PrincipalTag/" + key, value);
  return {};
}

Result<> Simulation::check(const std::vector<std::string_view>& actions,
                           const std::vector<std::string_view>& resources) {
  if (actions.size() * resources.size() > limits::simulated_actions)
    return invalid_input("At most " + std::to_string(limits::simulated_actions) +
                         " pairs of action and resource can be simulated at once.");
  for (const auto action : actions)
    if (action.find(':') == std::string_view::npos)
      return invalid_input("Invalid action " + std::string(action) + ": it has the form service:name.");
  return {};
}

std::string Simulation::question(const std::vector<std::string_view>& actions,
                                 const std::vector<std::string_view>& resources) {
  std::string text;
  for (const auto action : actions) text.append(action) += '\n';
  for (const auto resource : resources) text.append(resource) += '\n';
  return text;
}

std::string Simulation::mark(std::size_t number) {
  const std::string digits = std::to_string(number);
  return std::string(6 - std::min<std::size_t>(digits.size(), 6), '0') + digits;
}

std::vector<std::string> Simulation::context_keys() const {
  std::set<std::string> names;
  for (const auto* sources : {&identity_, &boundary_, &resource_})
    for (const Source& source : *sources)
      if (source.policy)
        for (auto& name : auth::policy::context_keys(*source.policy)) names.insert(std::move(name));
  return {names.begin(), names.end()};
}

wire::iam::EvaluationResult Simulation::evaluate(std::string_view action, std::string_view resource) const {
  const Question question{
      action,
      resource,
      context,
      {.account = caller_account_, .arn = caller_arn_, .role_arn = caller_arn_, .service = {}}};
  std::vector<PolicyPtr> identity, boundary;
  wire::ListOf<wire::iam::Statement> matched;
  auto take = [&](const std::vector<Source>& sources, std::vector<PolicyPtr>& out) {
    for (const Source& source : sources) {
      out.push_back(source.policy);
      if (!source.policy || effect_of(*source.policy, question) == Effect::none) continue;
      wire::iam::Statement statement;
      statement.set_source_policy_id(source.id).set_source_policy_type(source.type);
      matched.push_back(std::move(statement));
    }
  };
  take(identity_, identity);
  take(boundary_, boundary);
  const Policies policies{.identity = identity,
                          .boundary = boundary,
                          .session = {},
                          .resource = resource_.empty() ? nullptr : resource_.front().policy.get()};
  const Reason reason = decide(policies, question);
  const bool denies = reason == Reason::identity_policy_denies || reason == Reason::boundary_denies ||
                      reason == Reason::resource_policy_denies;
  wire::iam::EvaluationResult result;
  result.set_eval_action_name(action).set_eval_resource_name(resource).set_eval_decision(
      reason == Reason::allowed ? "allowed"
      : denies                  ? "explicitDeny"
                                : "implicitDeny");
  result.set_matched_statements(std::move(matched));
  wire::ListOf<std::string_view> missing;
  for (const std::string& name : context_keys())
    if (!context.has(name)) missing.push_back(name);
  result.set_missing_context_values(std::move(missing));
  if (!boundary_.empty()) {
    wire::iam::PermissionsBoundaryDecisionDetail detail;
    detail.set_allowed_by_permissions_boundary(reason != Reason::no_boundary &&
                                               reason != Reason::boundary_denies);
    result.set_permissions_boundary_decision_detail(std::move(detail));
  }
  return result;
}

}  // namespace slipway::services::iam
