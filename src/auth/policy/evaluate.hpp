#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "auth/policy/context.hpp"
#include "auth/policy/policy.hpp"

// Judging a request by compiled policies: pure, and without allocation unless a condition or a policy
// variable asks for a key. Source: IAM user guide, "Policy evaluation logic".
namespace slipway::auth::policy {

// Who asks, as far as a policy that names principals wants to know.
struct Caller {
  std::string_view account;
  std::string_view arn;       // of the user or of the role's session; of a service: empty
  std::string_view role_arn;  // of a session's role
  std::string_view service;   // "ecs-tasks.amazonaws.com", when a service asks
};

struct Question {
  std::string_view action;    // "ecs:RunTask"; letters in either case
  std::string_view resource;  // an ARN, or "*" for an action that has no resource
  const Context& context;
  Caller caller;
};

enum class Effect : std::uint8_t { none, allow, deny };

// Whether a statement speaks of the question.
bool applies(const Statement& statement, const Question& question);
// What one policy says: deny wins over allow. Principals of its statements are heeded where it has them.
Effect effect_of(const Policy& policy, const Question& question);

// Why a request is allowed or not, so that the refusal can be told in AWS's words.
enum class Reason : std::uint8_t {
  allowed,
  no_identity_policy,  // no … allows it
  no_boundary,
  no_session_policy,
  no_resource_policy,
  identity_policy_denies,
  boundary_denies,
  session_policy_denies,
  resource_policy_denies,
};

// All policies that have a say. A pointer that is null stands for a document that cannot be read: it denies,
// since what it forbade is unknown.
struct Policies {
  std::span<const PolicyPtr> identity;
  std::span<const PolicyPtr> boundary;  // none, or one
  std::span<const PolicyPtr> session;   // none, or those that the session was made with
  bool has_session = false;             // made with policies: they must allow it
  const Policy* resource = nullptr;
  // Of a role's trust policy and a key's policy: without their leave nobody may, not even the account's own.
  bool resource_must_allow = false;
  bool other_account = false;  // the resource belongs to another account: both sides must allow
};

Reason decide(const Policies& policies, const Question& question);

// True when `action` is allowed whatever the resource and the request are: no statement that could deny it,
// and one in each kind of policy that allows it on "*" without condition. False says nothing.
bool allows_always(const Policies& policies, std::string_view action);

}  // namespace slipway::auth::policy
