#include "services/iam/table.hpp"

#include "wire/gen/iam.hpp"

namespace slipway::services::iam {

const ServiceTable& table() {
  namespace op = wire::iam::operations;
  using enum Access;
  static const Route routes[] = {
      {&op::AttachRolePolicy, write, attach_role_policy},
      {&op::AttachUserPolicy, write, attach_user_policy},
      {&op::CreateAccessKey, write, create_access_key},
      {&op::CreateRole, write, create_role},
      {&op::CreateUser, write, create_user},
      {&op::DeleteAccessKey, write, delete_access_key},
      {&op::DeleteRole, write, delete_role},
      {&op::DeleteRolePolicy, write, delete_role_policy},
      {&op::DeleteUser, write, delete_user},
      {&op::DetachRolePolicy, write, detach_role_policy},
      {&op::DetachUserPolicy, write, detach_user_policy},
      {&op::GetRole, read, get_role},
      {&op::GetRolePolicy, read, get_role_policy},
      {&op::GetUser, read, get_user},
      {&op::ListAccessKeys, read, list_access_keys},
      {&op::ListAttachedRolePolicies, read, list_attached_role_policies},
      {&op::ListAttachedUserPolicies, read, list_attached_user_policies},
      {&op::ListRolePolicies, read, list_role_policies},
      {&op::ListRoleTags, read, list_role_tags},
      {&op::ListRoles, read, list_roles},
      {&op::ListUserTags, read, list_user_tags},
      {&op::ListUsers, read, list_users},
      {&op::PutRolePolicy, write, put_role_policy},
      {&op::TagRole, write, tag_role},
      {&op::TagUser, write, tag_user},
      {&op::UntagRole, write, untag_role},
      {&op::UntagUser, write, untag_user},
      {&op::UpdateAccessKey, write, update_access_key},
      {&op::UpdateAssumeRolePolicy, write, update_assume_role_policy},
  };
  static const ServiceTable service{&wire::iam::service, routes};
  return service;
}

}  // namespace slipway::services::iam
