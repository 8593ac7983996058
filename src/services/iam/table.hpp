#pragma once

#include "services/common/call.hpp"

namespace slipway::services::iam {

// Identity and Access Management (IAM API reference, 2010-05-08). IAM is global: rows stand under the region
// `aws-global`, and a signature for any region is good.
const ServiceTable& table();

Result<wire::Value> attach_role_policy(Call& call);
Result<wire::Value> attach_user_policy(Call& call);
Result<wire::Value> create_access_key(Call& call);
Result<wire::Value> create_role(Call& call);
Result<wire::Value> create_user(Call& call);
Result<wire::Value> delete_access_key(Call& call);
Result<wire::Value> delete_role(Call& call);
Result<wire::Value> delete_role_policy(Call& call);
Result<wire::Value> delete_user(Call& call);
Result<wire::Value> detach_role_policy(Call& call);
Result<wire::Value> detach_user_policy(Call& call);
Result<wire::Value> get_role(Call& call);
Result<wire::Value> get_role_policy(Call& call);
Result<wire::Value> get_user(Call& call);
Result<wire::Value> list_access_keys(Call& call);
Result<wire::Value> list_attached_role_policies(Call& call);
Result<wire::Value> list_attached_user_policies(Call& call);
Result<wire::Value> list_role_policies(Call& call);
Result<wire::Value> list_role_tags(Call& call);
Result<wire::Value> list_roles(Call& call);
Result<wire::Value> list_user_tags(Call& call);
Result<wire::Value> list_users(Call& call);
Result<wire::Value> put_role_policy(Call& call);
Result<wire::Value> tag_role(Call& call);
Result<wire::Value> tag_user(Call& call);
Result<wire::Value> untag_role(Call& call);
Result<wire::Value> untag_user(Call& call);
Result<wire::Value> update_access_key(Call& call);
Result<wire::Value> update_assume_role_policy(Call& call);

}  // namespace slipway::services::iam
