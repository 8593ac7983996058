#pragma once

#include <string>
#include <string_view>

#include "services/ssm/lookup.hpp"

// Values at rest: a SecureString's as a ciphertext of its KMS key, bound to the parameter's ARN; every other's
// under the data directory's key file.
namespace slipway::services::ssm {

inline constexpr std::string_view default_key = "alias/aws/ssm";

// Fills version.value_sealed; its realm, name, version number, type and key_id are there. Error: InvalidKeyId.
Result<> seal_value(Call& call, const std::string& arn, ParameterVersion& version, std::string_view value);
// As GetParameter gives it: a SecureString that is not to be decrypted as base64 of its ciphertext. Error:
// InvalidKeyId.
Result<std::string> open_value(Call& call, const std::string& arn, const ParameterVersion& version,
                               bool decrypt);

}  // namespace slipway::services::ssm
