#pragma once

#include <string>
#include <string_view>

#include "services/common/call.hpp"
#include "wire/gen/ecs.hpp"

// Account settings (ECS developer guide, "Access Amazon ECS features with account settings"): a principal's own
// value, else the account's default, else ECS's.
namespace slipway::services::ecs {

// Error "InvalidParameterException" names what is wrong with a name or with a value that it cannot have.
Result<> check_setting_name(std::string_view name);
Result<> check_setting(std::string_view name, std::string_view value);

// Whose settings a call is about: `given`, or the caller's own user or role. The account's root stands for the
// default of everybody. Error for an ARN of another account.
Result<std::string> setting_principal(const Call& call, std::string_view given);
std::string root_arn(const Call& call);

// What holds for a principal; the type is "user", or "aws_managed" where AWS alone decides.
wire::ecs::Setting effective_setting(const Call& call, std::string_view name, const std::string& principal);
wire::ecs::Setting setting_view(std::string_view name, std::string_view value, std::string_view principal);

// Every name that there is.
std::vector<std::string_view> setting_names();

}  // namespace slipway::services::ecs
