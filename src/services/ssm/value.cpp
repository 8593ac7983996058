#include "services/ssm/value.hpp"

#include "base/encoding.hpp"
#include "services/common/kms_key.hpp"

namespace slipway::services::ssm {
namespace {

EncryptionContext context_of(const std::string& arn) {
  return {{"PARAMETER_ARN", arn}};
}

std::string place_of(const ParameterVersion& version) {
  return "ssm-parameter/" + version.key();
}

// What is wrong with the key is said in Parameter Store's code; our own faults stay what they are.
Error key_error(Error error) {
  if (error.http_status < 500) error.code = "InvalidKeyId";
  if (error.message.empty()) error.message = "The value cannot be decrypted with its key.";
  return error;
}

}  // namespace

Result<> seal_value(Call& call, const std::string& arn, ParameterVersion& version, std::string_view value) {
  if (version.type != "SecureString") {
    version.value_sealed = call.environment.sealer.seal(call.turn.random, value, place_of(version));
    return {};
  }
  auto key = find_kms_key(call, version.key_id);
  if (!key) return std::unexpected(key_error(std::move(key.error())));
  auto sealed = kms_encrypt(call, **key, value, context_of(arn));
  if (!sealed) return std::unexpected(key_error(std::move(sealed.error())));
  version.value_sealed = std::move(*sealed);
  return {};
}

Result<std::string> open_value(Call& call, const std::string& arn, const ParameterVersion& version,
                               bool decrypt) {
  if (version.type != "SecureString") {
    auto value = call.environment.sealer.open(version.value_sealed, place_of(version));
    if (!value)
      return fail("InternalServerError", "The value does not open with this data directory's key file.", 500);
    return std::move(*value);
  }
  if (!decrypt) return base64(version.value_sealed);
  auto opened = kms_decrypt(call, version.value_sealed, context_of(arn));
  if (!opened) return std::unexpected(key_error(std::move(opened.error())));
  return std::move(opened->plain);
}

}  // namespace slipway::services::ssm
