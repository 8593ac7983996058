#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/secretsmanager/secret.hpp"
#include "services/common/call.hpp"

// Finding secrets and their versions by what a request says, and the errors about them in AWS's words.
namespace slipway::services::secretsmanager {

using core::secretsmanager::Secret;
using core::secretsmanager::SecretVersion;

inline constexpr std::string_view current = "AWSCURRENT";
inline constexpr std::string_view previous = "AWSPREVIOUS";

std::unexpected<Error> invalid(std::string message);          // InvalidParameterException
std::unexpected<Error> invalid_request(std::string message);  // InvalidRequestException
std::unexpected<Error> marked_for_deletion();

// By name, ARN, or ARN without its six random characters; also one that is marked for deletion. Never nullptr:
// ResourceNotFoundException. A secret of another account or region is not found.
Result<const Secret*> find_secret(const Call& call, std::string_view secret_id);
// … and not marked for deletion (InvalidRequestException).
Result<const Secret*> find_living_secret(const Call& call, std::string_view secret_id);

// nullptr: there is none.
const SecretVersion* find_version(const Call& call, const Secret& secret, std::string_view version_id);
const SecretVersion* staged_version(const Call& call, const Secret& secret, std::string_view stage);
// The version that GetSecretValue means: by id, stage or both; AWSCURRENT where neither is given. Never nullptr:
// ResourceNotFoundException, InvalidRequestException.
Result<const SecretVersion*> choose_version(const Call& call, const Secret& secret,
                                            std::string_view version_id, std::string_view stage);
// In order of id.
std::vector<const SecretVersion*> versions_of(const core::State& state, const Secret& secret);

}  // namespace slipway::services::secretsmanager
