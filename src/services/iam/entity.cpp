#include "services/iam/entity.hpp"

#include <algorithm>

#include "services/common/aws_policies.hpp"
#include "services/common/iam_name.hpp"
#include "services/iam/attached_policies.hpp"
#include "services/iam/errors.hpp"

namespace slipway::services::iam {
namespace {

using core::iam::Role;
using core::iam::User;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

template <class E>
bool is_taken(const core::Table<E>& table, std::string_view account, std::string_view name) {
  bool taken = false;
  table.scan(core::iam::global_prefix(account), "", [&](const E& entity) {
    taken = std::ranges::equal(entity.name, name, {}, lower, lower);
    return !taken;
  });
  return taken;
}

}  // namespace

Result<const User*> find_user(const Call& call, std::string_view name) {
  const User* user = call.turn.state.users.find(User::key_of(call.realm.account, name));
  if (!user) return no_such_entity("The user with name " + std::string(name) + " cannot be found.");
  return user;
}

Result<const Role*> find_role(const Call& call, std::string_view name) {
  const Role* role = call.turn.state.roles.find(Role::key_of(call.realm.account, name));
  if (!role) return no_such_entity("The role with name " + std::string(name) + " cannot be found.");
  return role;
}

Result<const core::iam::Group*> find_group(const Call& call, std::string_view name) {
  const auto* group = call.turn.state.groups.find(core::iam::Group::key_of(call.realm.account, name));
  if (!group) return no_such_entity("The group with name " + std::string(name) + " cannot be found.");
  return group;
}

Result<const core::iam::ManagedPolicy*> find_policy(const Call& call, std::string_view arn) {
  const auto parsed = Arn::parse(arn);
  if (!parsed || parsed->service != "iam" || !parsed->region.empty() ||
      !parsed->resource.starts_with("policy/"))
    return invalid_input("ARN " + std::string(arn) + " is not valid.");
  const auto* policy = call.turn.state.policies.find(
      core::iam::ManagedPolicy::key_of(call.realm.account, arn.substr(arn.rfind('/') + 1)));
  if (!policy || policy->arn() != arn)
    return no_such_entity("Policy " + std::string(arn) + " was not found.");
  return policy;
}

Result<const core::iam::ManagedPolicy*> find_own_policy(const Call& call, std::string_view arn) {
  if (!is_aws_policy_arn(arn)) return find_policy(call, arn);
  return fail("AccessDenied", "AWS managed policies cannot be changed: " + std::string(arn) + ".", 403);
}

Result<const core::iam::InstanceProfile*> find_instance_profile(const Call& call, std::string_view name) {
  const auto* profile =
      call.turn.state.instance_profiles.find(core::iam::InstanceProfile::key_of(call.realm.account, name));
  if (!profile) return no_such_entity("Instance Profile " + std::string(name) + " cannot be found.");
  return profile;
}

Result<std::string> find_key_holder(const Call& call, std::string_view asked) {
  if (asked.empty()) {
    if (call.caller.kind == auth::PrincipalKind::root) return std::string();
    if (call.caller.kind != auth::PrincipalKind::user)
      return validation_error("Must specify userName when calling with non-User credentials");
    asked = std::string_view(call.caller.arn).substr(call.caller.arn.rfind('/') + 1);
  }
  auto user = find_user(call, asked);
  if (!user) return pass(user);
  return (*user)->name;
}

Result<const core::iam::AccessKey*> find_access_key(const Call& call, std::string_view asked_user,
                                                    std::string_view id) {
  auto holder = find_key_holder(call, asked_user);
  if (!holder) return pass(holder);
  const auto* key = call.turn.state.access_keys.find(core::iam::AccessKey::key_of(call.realm.account, id));
  if (!key || key->user_name != *holder)
    return no_such_entity("The Access Key with id " + std::string(id) + " cannot be found.");
  return key;
}

Result<> check_name(std::string_view member, std::string_view name) {
  if (!name.empty() && is_iam_name(name)) return {};
  return validation_error("The specified value for " + std::string(member) +
                          " is invalid. It must contain only alphanumeric characters and/or the following: "
                          "+=,.@_-");
}

Result<> check_path(std::string_view path) {
  const bool printable = std::ranges::all_of(path, [](char c) { return c > ' ' && c <= '~'; });
  if (path.empty() || (path.starts_with('/') && path.ends_with('/') && printable)) return {};
  return validation_error(
      "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric "
      "characters and/or / characters.");
}

Result<> check_boundary(const Call& call, std::string_view policy_arn) {
  return policy_arn.empty() ? Result<>() : check_policy_arn(call, policy_arn);
}

Result<> check_user_is_new(const Call& call, std::string_view name) {
  if (!is_taken(call.turn.state.users, call.realm.account, name)) return {};
  return fail("EntityAlreadyExists", "User with name " + std::string(name) + " already exists.", 409);
}

Result<> check_role_is_new(const Call& call, std::string_view name) {
  if (!is_taken(call.turn.state.roles, call.realm.account, name)) return {};
  return fail("EntityAlreadyExists", "Role with name " + std::string(name) + " already exists.", 409);
}

Result<> check_group_is_new(const Call& call, std::string_view name) {
  if (!is_taken(call.turn.state.groups, call.realm.account, name)) return {};
  return fail("EntityAlreadyExists", "Group with name " + std::string(name) + " already exists.", 409);
}

Result<> check_policy_is_new(const Call& call, std::string_view name) {
  if (!is_taken(call.turn.state.policies, call.realm.account, name)) return {};
  return fail("EntityAlreadyExists",
              "A policy called " + std::string(name) + " already exists. Duplicate names are not allowed.",
              409);
}

Result<> check_instance_profile_is_new(const Call& call, std::string_view name) {
  if (!is_taken(call.turn.state.instance_profiles, call.realm.account, name)) return {};
  return fail("EntityAlreadyExists", "Instance Profile " + std::string(name) + " already exists.", 409);
}

}  // namespace slipway::services::iam
