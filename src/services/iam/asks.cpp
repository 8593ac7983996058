#include "services/iam/asks.hpp"

#include "services/common/call.hpp"
#include "wire/gen/iam.hpp"

namespace slipway::services::iam {
namespace {

namespace ops = wire::iam::operations;

std::string_view text(const Call& call, std::string_view member) {
  return call.input.get(member).string();
}

// An entity that is there has its path in its ARN; one that is to be made has the request's.
template <class E>
void on_entity(const Call& call, const core::Table<E>& table, std::string_view kind, std::string_view name,
               Asks& out) {
  if (const E* entity = table.find(E::key_of(call.realm.account, name))) {
    if constexpr (requires { entity->tags; })
      out.on(entity->arn(), &entity->tags);
    else
      out.on(entity->arn());
    return;
  }
  const std::string_view path = text(call, "Path");
  out.on("arn:aws:iam::" + call.realm.account + ":" + std::string(kind) +
         (path.empty() ? "/" : std::string(path)) + std::string(name));
}

void add_policy_keys(const Call& call, Asks& out) {
  if (const auto arn = text(call, "PolicyArn"); !arn.empty()) out.key("iam:policyarn", arn);
  for (const wire::Value& tag : call.input.get("Tags").items())
    out.request_tag(tag.get("Key").string(), tag.get("Value").string());
  for (const wire::Value& key : call.input.get("TagKeys").items()) out.tag_keys.emplace_back(key.string());
}

// iam:PermissionsBoundary is the boundary that the request sets, else the one that the entity has.
template <class E>
void add_boundary(const Call& call, const core::Table<E>& table, std::string_view name, Asks& out) {
  if (const auto asked = text(call, "PermissionsBoundary"); !asked.empty())
    return out.key("iam:permissionsboundary", asked);
  const E* entity = table.find(E::key_of(call.realm.account, name));
  if (entity && !entity->permissions_boundary.empty())
    out.key("iam:permissionsboundary", entity->permissions_boundary);
}

void of_user(const Call& call, Asks& out) {
  std::string_view name = text(call, "UserName");
  if (name.empty() && call.caller.kind == auth::PrincipalKind::user)
    name = std::string_view(call.caller.arn).substr(call.caller.arn.rfind('/') + 1);
  if (name.empty()) return;
  on_entity(call, call.turn.state.users, "user", name, out);
  add_boundary(call, call.turn.state.users, name, out);
  add_policy_keys(call, out);
}
void of_role(const Call& call, Asks& out) {
  on_entity(call, call.turn.state.roles, "role", text(call, "RoleName"), out);
  add_boundary(call, call.turn.state.roles, text(call, "RoleName"), out);
  add_policy_keys(call, out);
}
void of_group(const Call& call, Asks& out) {
  on_entity(call, call.turn.state.groups, "group", text(call, "GroupName"), out);
  add_policy_keys(call, out);
}
void of_profile(const Call& call, Asks& out) {
  on_entity(call, call.turn.state.instance_profiles, "instance-profile", text(call, "InstanceProfileName"),
            out);
  add_policy_keys(call, out);
}
// The role is given to whatever runs under the profile.
void add_role_to_profile(const Call& call, Asks& out) {
  of_profile(call, out);
  const auto* role =
      call.turn.state.roles.find(core::iam::Role::key_of(call.realm.account, text(call, "RoleName")));
  if (role)
    out.also("iam:PassRole", role->arn(), &role->tags)
        .keys.emplace_back("iam:passedtoservice", "ec2.amazonaws.com");
}
void new_policy(const Call& call, Asks& out) {
  on_entity(call, call.turn.state.policies, "policy", text(call, "PolicyName"), out);
  add_policy_keys(call, out);
}
void of_policy(const Call& call, Asks& out) {
  const std::string_view arn = text(call, "PolicyArn");
  const auto* policy = call.turn.state.policies.find(
      core::iam::ManagedPolicy::key_of(call.realm.account, arn.substr(arn.rfind('/') + 1)));
  out.on(std::string(arn), policy && policy->arn() == arn ? &policy->tags : nullptr);
  add_policy_keys(call, out);
}
void of_source(const Call& call, Asks& out) {
  out.on(std::string(text(call, "PolicySourceArn")));
}
void of_listing(const Call& call, std::string_view kind, Asks& out) {
  const std::string_view prefix = text(call, "PathPrefix");
  out.on("arn:aws:iam::" + call.realm.account + ":" + std::string(kind) +
         (prefix.empty() ? "/" : std::string(prefix)));
}
void list_users(const Call& call, Asks& out) {
  of_listing(call, "user", out);
}
void list_roles(const Call& call, Asks& out) {
  of_listing(call, "role", out);
}
void list_groups(const Call& call, Asks& out) {
  of_listing(call, "group", out);
}
void list_profiles(const Call& call, Asks& out) {
  of_listing(call, "instance-profile", out);
}

}  // namespace

std::span<const AskEntry> asks() {
  static const AskEntry entries[] = {
      {&ops::CreateUser, of_user},
      {&ops::GetUser, of_user},
      {&ops::DeleteUser, of_user},
      {&ops::ListUsers, list_users},
      {&ops::CreateAccessKey, of_user},
      {&ops::ListAccessKeys, of_user},
      {&ops::UpdateAccessKey, of_user},
      {&ops::DeleteAccessKey, of_user},
      {&ops::AttachUserPolicy, of_user},
      {&ops::DetachUserPolicy, of_user},
      {&ops::ListAttachedUserPolicies, of_user},
      {&ops::PutUserPolicy, of_user},
      {&ops::GetUserPolicy, of_user},
      {&ops::DeleteUserPolicy, of_user},
      {&ops::ListUserPolicies, of_user},
      {&ops::PutUserPermissionsBoundary, of_user},
      {&ops::DeleteUserPermissionsBoundary, of_user},
      {&ops::ListGroupsForUser, of_user},
      {&ops::TagUser, of_user},
      {&ops::UntagUser, of_user},
      {&ops::ListUserTags, of_user},
      {&ops::CreateRole, of_role},
      {&ops::GetRole, of_role},
      {&ops::UpdateRole, of_role},
      {&ops::DeleteRole, of_role},
      {&ops::ListRoles, list_roles},
      {&ops::UpdateAssumeRolePolicy, of_role},
      {&ops::AttachRolePolicy, of_role},
      {&ops::DetachRolePolicy, of_role},
      {&ops::ListAttachedRolePolicies, of_role},
      {&ops::PutRolePolicy, of_role},
      {&ops::GetRolePolicy, of_role},
      {&ops::DeleteRolePolicy, of_role},
      {&ops::ListRolePolicies, of_role},
      {&ops::PutRolePermissionsBoundary, of_role},
      {&ops::DeleteRolePermissionsBoundary, of_role},
      {&ops::ListInstanceProfilesForRole, of_role},
      {&ops::TagRole, of_role},
      {&ops::UntagRole, of_role},
      {&ops::ListRoleTags, of_role},
      {&ops::CreateGroup, of_group},
      {&ops::GetGroup, of_group},
      {&ops::DeleteGroup, of_group},
      {&ops::ListGroups, list_groups},
      {&ops::AddUserToGroup, of_group},
      {&ops::RemoveUserFromGroup, of_group},
      {&ops::AttachGroupPolicy, of_group},
      {&ops::DetachGroupPolicy, of_group},
      {&ops::ListAttachedGroupPolicies, of_group},
      {&ops::PutGroupPolicy, of_group},
      {&ops::GetGroupPolicy, of_group},
      {&ops::DeleteGroupPolicy, of_group},
      {&ops::ListGroupPolicies, of_group},
      {&ops::CreateInstanceProfile, of_profile},
      {&ops::GetInstanceProfile, of_profile},
      {&ops::DeleteInstanceProfile, of_profile},
      {&ops::ListInstanceProfiles, list_profiles},
      {&ops::AddRoleToInstanceProfile, add_role_to_profile, false},
      {&ops::RemoveRoleFromInstanceProfile, of_profile},
      {&ops::CreatePolicy, new_policy},
      {&ops::GetPolicy, of_policy},
      {&ops::DeletePolicy, of_policy},
      {&ops::CreatePolicyVersion, of_policy},
      {&ops::GetPolicyVersion, of_policy},
      {&ops::DeletePolicyVersion, of_policy},
      {&ops::SetDefaultPolicyVersion, of_policy},
      {&ops::ListPolicyVersions, of_policy},
      {&ops::ListEntitiesForPolicy, of_policy},
      {&ops::TagPolicy, of_policy},
      {&ops::UntagPolicy, of_policy},
      {&ops::ListPolicyTags, of_policy},
      {&ops::SimulatePrincipalPolicy, of_source},
      {&ops::GetContextKeysForPrincipalPolicy, of_source},
  };
  return entries;
}

}  // namespace slipway::services::iam
