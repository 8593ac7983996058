#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/kms/key.hpp"
#include "services/secretsmanager/lookup.hpp"

// Values at rest: ciphertexts of the secret's KMS key, bound to ARN and version.
namespace slipway::services::secretsmanager {

struct Value {
  std::string_view bytes;
  bool binary = false;
};

// SecretString or SecretBinary; nothing where neither is given. Error: InvalidParameterException for both, or
// for none where one is `required`.
template <class Request>
Result<std::optional<Value>> value_of(const Request& request, bool required) {
  if (request.has_secret_string() && request.has_secret_binary())
    return invalid("You can't specify both SecretString and SecretBinary.");
  if (request.has_secret_string()) return Value{request.secret_string(), false};
  if (request.has_secret_binary()) return Value{request.secret_binary(), true};
  if (required) return invalid("You must provide either SecretString or SecretBinary.");
  return std::nullopt;
}

// The key that a secret names, or aws/secretsmanager, made at its first use. Error: EncryptionFailure.
Result<const core::kms::Key*> key_of(Call& call, const Secret& secret);

// Fills value_sealed, binary and kms_key_arn; name and id are there. Error: EncryptionFailure.
Result<> seal_value(Call& call, const Secret& secret, SecretVersion& version, const Value& value);
// Error: DecryptionFailure.
Result<std::string> open_value(Call& call, const Secret& secret, const SecretVersion& version);

}  // namespace slipway::services::secretsmanager
