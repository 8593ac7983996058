#pragma once

#include <string>
#include <string_view>

#include "core/ssm/parameter.hpp"
#include "services/common/call.hpp"

// Finding parameters by what a request says, and the errors about them in AWS's words.
namespace slipway::services::ssm {

using core::ssm::Parameter;
using core::ssm::ParameterVersion;

std::unexpected<Error> invalid(std::string message);  // ValidationException
std::unexpected<Error> not_found(std::string_view name);
std::unexpected<Error> version_not_found(std::string_view name, std::string_view version);

// A name that a new parameter may have. Errors: ValidationException, HierarchyLevelLimitExceededException,
// AccessDeniedException (names that are AWS's).
Result<> check_new_name(const Realm& realm, std::string_view name);

// By name or ARN, without a selector. Never nullptr: ParameterNotFound.
Result<const Parameter*> find_parameter(const Call& call, std::string_view name);
// Never nullptr: ParameterVersionNotFound.
Result<const ParameterVersion*> find_version(const Call& call, const Parameter& parameter,
                                             std::int64_t version);
const ParameterVersion& newest_version(const Call& call, const Parameter& parameter);

struct Selected {
  const Parameter* parameter = nullptr;
  const ParameterVersion* version = nullptr;
  std::string selector;  // ":3" or ":label", as it was asked for
};
// "name", "name:3" or "name:label"; name may be an ARN.
Result<Selected> select(const Call& call, std::string_view asked);

// What was asked for without its selector: a name or an ARN.
std::string_view without_selector(std::string_view asked);

// In order of number, at most limits::ssm_parameter_versions.
std::vector<const ParameterVersion*> versions_of(const Call& call, const Parameter& parameter);

}  // namespace slipway::services::ssm
