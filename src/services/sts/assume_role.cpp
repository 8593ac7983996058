#include <algorithm>

#include "auth/policy/pattern.hpp"
#include "base/limits.hpp"
#include "services/common/iam_name.hpp"
#include "services/common/policy_document.hpp"
#include "services/sts/session.hpp"
#include "services/sts/table.hpp"

namespace slipway::services::sts {
namespace {

using core::iam::Role;
using Request = wire::sts::AssumeRoleRequest;

constexpr std::int64_t default_duration_s = 3'600;

std::unexpected<Error> invalid(std::string message) {
  return fail("ValidationError", std::move(message));
}

std::unexpected<Error> wrong_pattern(std::string_view value, std::string_view member) {
  return invalid(
      "1 validation error detected: Value '" + std::string(value) + "' at '" + std::string(member) +
      "' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*");
}

std::unexpected<Error> not_authorized(const Call& call, std::string_view role_arn) {
  return fail("AccessDenied",
              "User: " + call.caller.arn +
                  " is not authorized to perform: sts:AssumeRole on resource: " + std::string(role_arn),
              403);
}

// Whether the caller may assume it was judged before the step, by its trust policy too
// (services/sts/asks.cpp). A role that is not there looks like one that may not be assumed, as it does at
// AWS.
Result<const Role*> find_role(const Call& call, std::string_view role_arn) {
  const auto arn = Arn::parse(role_arn);
  if (!arn || arn->service != "iam" || !arn->region.empty() || !arn->resource.starts_with("role/"))
    return invalid("Request ARN is invalid");
  const std::string name = arn->resource.substr(arn->resource.rfind('/') + 1);
  const Role* role = call.turn.state.roles.find(Role::key_of(arn->account, name));
  if (!role || role->arn() != role_arn) return not_authorized(call, role_arn);
  return role;
}

Result<std::int64_t> duration_of(const Call& call, const Request& request, const Role& role) {
  const std::int64_t asked = request.has_duration_seconds() ? request.duration_seconds() : default_duration_s;
  if (request.has_duration_seconds() && asked > role.max_session_s)
    return invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  if (call.caller.kind == auth::PrincipalKind::role_session && asked > limits::chained_session_s)
    return invalid(
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");
  return asked;
}

// The session may do what the role may and one of its session policies allows.
Result<> put_session_policies(const Request& request, auth::Principal& principal) {
  if (request.has_policy())
    if (auto good = check_policy_document(request.policy(), PolicyUse::identity); !good) return good;
  principal.session_policy = request.policy();
  if (request.policy_arns().size() > limits::session_policy_arns)
    return invalid("Session policies: at most " + std::to_string(limits::session_policy_arns) +
                   " managed policy ARNs may be given.");
  for (const auto& policy : request.policy_arns()) {
    if (!Arn::parse(policy.arn()) || policy.arn().find('\n') != std::string_view::npos)
      return invalid("ARN " + std::string(policy.arn()) + " is not valid.");
    principal.session_policy_arns += std::string(policy.arn()) + '\n';
  }
  return {};
}

// Tags of the session: aws:PrincipalTag for as long as it lasts. They end with it; a role that it goes on to
// assume does not get them (transitive tags are not served).
Result<> put_session_tags(const Request& request, auth::Principal& principal) {
  if (request.tags().size() > limits::session_tags)
    return invalid("At most " + std::to_string(limits::session_tags) + " session tags may be given.");
  std::vector<std::string> keys;
  for (const auto& tag : request.tags()) {
    const std::string text = std::string(tag.key()) + '\t' + std::string(tag.value()) + '\n';
    if (std::ranges::count_if(text, [](char c) { return c == '\t' || c == '\n'; }) != 2)
      return invalid("Session tags must not contain control characters.");
    keys.push_back(auth::policy::lower(tag.key()));
    principal.packed_session_tags += text;
  }
  std::ranges::sort(keys);
  if (std::ranges::adjacent_find(keys) != keys.end())
    return fail("InvalidParameterValue",
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  return {};
}

std::size_t policy_bytes_of(const Request& request) {
  std::size_t bytes = request.policy().size();
  for (const auto& policy : request.policy_arns()) bytes += policy.arn().size();
  return bytes;
}

// How much of what a session may carry this one carries, in per cent; nothing when it carries none.
std::optional<std::int64_t> packed_size_of(const Request& request) {
  constexpr std::size_t tags_bytes = 2'048;
  std::size_t bytes = policy_bytes_of(request);
  for (const auto& tag : request.tags()) bytes += tag.key().size() + tag.value().size();
  if (bytes == 0) return std::nullopt;
  constexpr std::size_t limit = limits::session_policies_bytes + tags_bytes;
  return std::int64_t((bytes * 100 + limit - 1) / limit);
}

Result<std::string> source_identity_of(const Call& call, const Request& request) {
  if (!is_iam_name(request.source_identity()))
    return wrong_pattern(request.source_identity(), "sourceIdentity");
  // Once set it stays, through every role that the session goes on to assume (AssumeRole, SourceIdentity).
  const std::string& held = call.caller.source_identity;
  if (held.empty()) return std::string(request.source_identity());
  if (request.has_source_identity() && request.source_identity() != held)
    return not_authorized(call, request.role_arn());
  return held;
}

}  // namespace

Result<wire::Value> assume_role(Call& call) {
  const Request request(call.input);
  if (!is_iam_name(request.role_session_name()))
    return wrong_pattern(request.role_session_name(), "roleSessionName");
  if (call.caller.kind == auth::PrincipalKind::root)
    return fail("AccessDenied", "Roles may not be assumed by root accounts.", 403);
  if (auto good = refuse_second_factor(request.serial_number(), request.token_code()); !good)
    return pass(good);
  auto role = find_role(call, request.role_arn());
  if (!role) return pass(role);
  auto duration_s = duration_of(call, request, **role);
  if (!duration_s) return pass(duration_s);
  auth::Principal principal;
  if (auto good = put_session_policies(request, principal); !good) return pass(good);
  if (auto good = put_session_tags(request, principal); !good) return pass(good);
  auto source_identity = source_identity_of(call, request);
  if (!source_identity) return pass(source_identity);
  const auto packed_size = packed_size_of(request);
  if (policy_bytes_of(request) > limits::session_policies_bytes || packed_size > 100)
    return fail("PackedPolicyTooLarge", "The session policies and tags are larger than a session may carry.");

  const std::string name(request.role_session_name());
  principal.kind = auth::PrincipalKind::role_session;
  principal.account = (*role)->account;
  principal.arn = "arn:aws:sts::" + principal.account + ":assumed-role/" + (*role)->name + "/" + name;
  principal.user_id = (*role)->id + ":" + name;
  principal.role_arn = (*role)->arn();
  principal.role_id = (*role)->id;
  principal.session_name = name;
  principal.source_identity = *source_identity;

  wire::sts::AssumeRoleResponse response;
  wire::sts::AssumedRoleUser user;
  user.set_assumed_role_id(principal.user_id).set_arn(principal.arn);
  auto credentials = mint_session(call, std::move(principal), *duration_s);
  if (!credentials) return pass(credentials);
  response.set_credentials(std::move(*credentials)).set_assumed_role_user(std::move(user));
  if (packed_size) response.set_packed_policy_size(*packed_size);
  if (!source_identity->empty()) response.set_source_identity(*source_identity);
  return std::move(response).raw();
}

}  // namespace slipway::services::sts
