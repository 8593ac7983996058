#include "auth/policy/evaluate.hpp"

#include <algorithm>

namespace slipway::auth::policy {
namespace {

// How a policy that names principals meets the caller. Grants to a whole account leave the choice to that
// account's own policies; grants to a role are narrowed by boundary and session; one to this very user or
// session stands by itself.
enum class Meets : std::uint8_t { not_at_all, by_account, by_role, in_person };

Meets meets(const PrincipalPattern& pattern, const Caller& caller) {
  using Kind = PrincipalPattern::Kind;
  switch (pattern.kind) {
    case Kind::anyone:
      return caller.service.empty() ? Meets::by_role : Meets::not_at_all;
    case Kind::account:
      return caller.service.empty() && pattern.text == caller.account ? Meets::by_account : Meets::not_at_all;
    case Kind::arn:
      if (caller.arn.empty()) return Meets::not_at_all;
      if (pattern.text == caller.arn) return Meets::in_person;
      return pattern.text == caller.role_arn ? Meets::by_role : Meets::not_at_all;
    case Kind::service:
      return !caller.service.empty() && pattern.text == caller.service ? Meets::in_person : Meets::not_at_all;
    case Kind::federated:
    case Kind::canonical_user:
      return Meets::not_at_all;
  }
  return Meets::not_at_all;
}

Meets meets(const Statement& statement, const Caller& caller) {
  Meets most = Meets::not_at_all;
  for (const auto& pattern : statement.principals) most = std::max(most, meets(pattern, caller));
  if (!statement.not_principal) return most;
  return most == Meets::not_at_all ? Meets::by_role : Meets::not_at_all;
}

bool names_action(const Statement& statement, std::string_view action) {
  const NoContext nothing;  // actions have no variables
  const bool named = std::ranges::any_of(statement.actions, [&](const Pattern& pattern) {
    return pattern.matches(action, nothing, /*fold=*/true);
  });
  return named != statement.not_action;
}

bool names_resource(const Statement& statement, const Question& question) {
  if (statement.resources.empty()) return true;
  const bool named = std::ranges::any_of(statement.resources, [&](const Pattern& pattern) {
    return pattern.matches(question.resource, question.context);
  });
  return named != statement.not_resource;
}

bool conditions_hold(const Statement& statement, const Question& question) {
  return std::ranges::all_of(statement.conditions,
                             [&](const Condition& each) { return each.holds(question.context); });
}

Effect effect_of(std::span<const PolicyPtr> policies, const Question& question) {
  Effect effect = Effect::none;
  for (const PolicyPtr& policy : policies) {
    if (!policy) return Effect::deny;
    effect = std::max(effect, effect_of(*policy, question));
  }
  return effect;
}

struct ResourceAnswer {
  bool denies = false;
  Meets allows = Meets::not_at_all;
};
ResourceAnswer ask_resource(const Policy* policy, const Question& question) {
  ResourceAnswer answer;
  if (!policy) return answer;
  for (const Statement& statement : policy->statements) {
    const Meets how = meets(statement, question.caller);
    if (how == Meets::not_at_all || !applies(statement, question)) continue;
    if (!statement.allow)
      answer.denies = true;
    else
      answer.allows = std::max(answer.allows, how);
  }
  return answer;
}

bool may_deny(std::span<const PolicyPtr> policies, std::string_view action) {
  return std::ranges::any_of(policies, [&](const PolicyPtr& policy) {
    return !policy || std::ranges::any_of(policy->statements, [&](const Statement& statement) {
      return !statement.allow && names_action(statement, action);
    });
  });
}

bool allows_plainly(std::span<const PolicyPtr> policies, std::string_view action) {
  return std::ranges::any_of(policies, [&](const PolicyPtr& policy) {
    return policy && std::ranges::any_of(policy->statements, [&](const Statement& statement) {
             return statement.allow && statement.conditions.empty() && !statement.not_resource &&
                    std::ranges::any_of(statement.resources, &Pattern::matches_anything) &&
                    names_action(statement, action);
           });
  });
}

}  // namespace

bool applies(const Statement& statement, const Question& question) {
  return names_action(statement, question.action) && names_resource(statement, question) &&
         conditions_hold(statement, question);
}

Effect effect_of(const Policy& policy, const Question& question) {
  Effect effect = Effect::none;
  for (const Statement& statement : policy.statements) {
    if (!statement.principals.empty() && meets(statement, question.caller) == Meets::not_at_all) continue;
    if (statement.allow && effect == Effect::allow) continue;  // it could add nothing
    if (!applies(statement, question)) continue;
    if (!statement.allow) return Effect::deny;
    effect = Effect::allow;
  }
  return effect;
}

Reason decide(const Policies& policies, const Question& question) {
  const Effect identity = effect_of(policies.identity, question);
  if (identity == Effect::deny) return Reason::identity_policy_denies;
  const Effect boundary = policies.boundary.empty() ? Effect::allow : effect_of(policies.boundary, question);
  if (boundary == Effect::deny) return Reason::boundary_denies;
  const Effect session = policies.has_session ? effect_of(policies.session, question) : Effect::allow;
  if (session == Effect::deny) return Reason::session_policy_denies;
  const ResourceAnswer resource = ask_resource(policies.resource, question);
  if (resource.denies) return Reason::resource_policy_denies;

  if ((policies.resource_must_allow || policies.other_account) && resource.allows == Meets::not_at_all)
    return Reason::no_resource_policy;
  if (!policies.other_account && resource.allows == Meets::in_person) return Reason::allowed;
  const bool granted_by_resource = !policies.other_account && resource.allows == Meets::by_role;
  if (identity != Effect::allow && !granted_by_resource) return Reason::no_identity_policy;
  if (boundary != Effect::allow) return Reason::no_boundary;
  if (session != Effect::allow) return Reason::no_session_policy;
  return Reason::allowed;
}

bool allows_always(const Policies& policies, std::string_view action) {
  if (policies.resource || policies.resource_must_allow || policies.other_account) return false;
  if (may_deny(policies.identity, action) || may_deny(policies.boundary, action)) return false;
  if (!allows_plainly(policies.identity, action)) return false;
  if (!policies.boundary.empty() && !allows_plainly(policies.boundary, action)) return false;
  return !policies.has_session ||
         (!may_deny(policies.session, action) && allows_plainly(policies.session, action));
}

}  // namespace slipway::auth::policy
