#pragma once

#include "services/common/call.hpp"

namespace slipway::services::iam {

// Identity and Access Management (IAM API reference, 2010-05-08). IAM is global: rows stand under the region
// `aws-global`, and a signature for any region is good.
const ServiceTable& table();

Result<wire::Value> add_role_to_instance_profile(Call& call);
Result<wire::Value> add_user_to_group(Call& call);
Result<wire::Value> attach_group_policy(Call& call);
Result<wire::Value> attach_role_policy(Call& call);
Result<wire::Value> attach_user_policy(Call& call);
Result<wire::Value> create_access_key(Call& call);
Result<wire::Value> create_group(Call& call);
Result<wire::Value> create_instance_profile(Call& call);
Result<wire::Value> create_policy(Call& call);
Result<wire::Value> create_policy_version(Call& call);
Result<wire::Value> create_role(Call& call);
Result<wire::Value> create_user(Call& call);
Result<wire::Value> delete_access_key(Call& call);
Result<wire::Value> delete_group(Call& call);
Result<wire::Value> delete_group_policy(Call& call);
Result<wire::Value> delete_instance_profile(Call& call);
Result<wire::Value> delete_policy(Call& call);
Result<wire::Value> delete_policy_version(Call& call);
Result<wire::Value> delete_role(Call& call);
Result<wire::Value> delete_role_permissions_boundary(Call& call);
Result<wire::Value> delete_role_policy(Call& call);
Result<wire::Value> delete_user(Call& call);
Result<wire::Value> delete_user_permissions_boundary(Call& call);
Result<wire::Value> delete_user_policy(Call& call);
Result<wire::Value> detach_group_policy(Call& call);
Result<wire::Value> detach_role_policy(Call& call);
Result<wire::Value> detach_user_policy(Call& call);
Result<wire::Value> get_context_keys_for_custom_policy(Call& call);
Result<wire::Value> get_context_keys_for_principal_policy(Call& call);
Result<wire::Value> get_group(Call& call);
Result<wire::Value> get_group_policy(Call& call);
Result<wire::Value> get_instance_profile(Call& call);
Result<wire::Value> get_policy(Call& call);
Result<wire::Value> get_policy_version(Call& call);
Result<wire::Value> get_role(Call& call);
Result<wire::Value> get_role_policy(Call& call);
Result<wire::Value> get_user(Call& call);
Result<wire::Value> get_user_policy(Call& call);
Result<wire::Value> list_access_keys(Call& call);
Result<wire::Value> list_attached_group_policies(Call& call);
Result<wire::Value> list_attached_role_policies(Call& call);
Result<wire::Value> list_attached_user_policies(Call& call);
Result<wire::Value> list_entities_for_policy(Call& call);
Result<wire::Value> list_group_policies(Call& call);
Result<wire::Value> list_groups(Call& call);
Result<wire::Value> list_groups_for_user(Call& call);
Result<wire::Value> list_instance_profiles(Call& call);
Result<wire::Value> list_instance_profiles_for_role(Call& call);
Result<wire::Value> list_policies(Call& call);
Result<wire::Value> list_policy_tags(Call& call);
Result<wire::Value> list_policy_versions(Call& call);
Result<wire::Value> list_role_policies(Call& call);
Result<wire::Value> list_role_tags(Call& call);
Result<wire::Value> list_roles(Call& call);
Result<wire::Value> list_user_policies(Call& call);
Result<wire::Value> list_user_tags(Call& call);
Result<wire::Value> list_users(Call& call);
Result<wire::Value> put_group_policy(Call& call);
Result<wire::Value> put_role_permissions_boundary(Call& call);
Result<wire::Value> put_role_policy(Call& call);
Result<wire::Value> put_user_permissions_boundary(Call& call);
Result<wire::Value> put_user_policy(Call& call);
Result<wire::Value> remove_role_from_instance_profile(Call& call);
Result<wire::Value> remove_user_from_group(Call& call);
Result<wire::Value> set_default_policy_version(Call& call);
Result<wire::Value> simulate_custom_policy(Call& call);
Result<wire::Value> simulate_principal_policy(Call& call);
Result<wire::Value> tag_policy(Call& call);
Result<wire::Value> tag_role(Call& call);
Result<wire::Value> tag_user(Call& call);
Result<wire::Value> untag_policy(Call& call);
Result<wire::Value> untag_role(Call& call);
Result<wire::Value> untag_user(Call& call);
Result<wire::Value> update_access_key(Call& call);
Result<wire::Value> update_assume_role_policy(Call& call);
Result<wire::Value> update_role(Call& call);

}  // namespace slipway::services::iam
