#pragma once

#include <string>
#include <string_view>

#include "services/common/call.hpp"

// Finding users and roles, and the rules of their names.
namespace slipway::services::iam {

// Errors: NoSuchEntity, "The user with name X cannot be found." The pointer is good until the row changes.
Result<const core::iam::User*> find_user(const Call& call, std::string_view name);
Result<const core::iam::Role*> find_role(const Call& call, std::string_view name);

Result<const core::iam::Group*> find_group(const Call& call, std::string_view name);
Result<const core::iam::InstanceProfile*> find_instance_profile(const Call& call, std::string_view name);
// A customer managed policy by ARN. Errors: InvalidInput (no policy's ARN), NoSuchEntity.
Result<const core::iam::ManagedPolicy*> find_policy(const Call& call, std::string_view arn);
// The same, to change it. Error besides: AccessDenied for one of AWS's.
Result<const core::iam::ManagedPolicy*> find_own_policy(const Call& call, std::string_view arn);

// The name of the user whose access keys are meant: `asked`, or who calls where that is empty. Empty: the
// account's root. Errors: NoSuchEntity; ValidationError for a role's session, which is no user.
Result<std::string> find_key_holder(const Call& call, std::string_view asked);

// The key `id` of that user. Errors: those, and NoSuchEntity for a key that is not the user's.
Result<const core::iam::AccessKey*> find_access_key(const Call& call, std::string_view asked_user,
                                                    std::string_view id);

// Errors: ValidationError that names the member ("userName").
Result<> check_name(std::string_view member, std::string_view name);
// "/" or "/a/b/"; an empty path is left to its default.
Result<> check_path(std::string_view path);
// The ARN of a permissions boundary; empty for none. Errors: as of attached policies.
Result<> check_boundary(const Call& call, std::string_view policy_arn);

// Errors: EntityAlreadyExists. Names differ by more than case (IAM user guide, "IAM quotas", names).
Result<> check_user_is_new(const Call& call, std::string_view name);
Result<> check_role_is_new(const Call& call, std::string_view name);
Result<> check_group_is_new(const Call& call, std::string_view name);
Result<> check_policy_is_new(const Call& call, std::string_view name);
Result<> check_instance_profile_is_new(const Call& call, std::string_view name);

}  // namespace slipway::services::iam
