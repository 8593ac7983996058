#include "services/secretsmanager/value.hpp"

#include "base/limits.hpp"
#include "services/common/kms_key.hpp"

namespace slipway::services::secretsmanager {
namespace {

EncryptionContext context_of(const Secret& secret, const SecretVersion& version) {
  return {{"SecretARN", secret.arn()}, {"SecretVersionId", version.id}};
}

// What is wrong with the key is said in Secrets Manager's code; our own faults stay what they are.
std::unexpected<Error> failure(const char* code, const char* verb, Error error) {
  if (error.http_status >= 500) return std::unexpected(std::move(error));
  return fail(code, std::string("Secrets Manager can't ") + verb +
                        " the protected secret text using the provided KMS key. " + error.message);
}

}  // namespace

Result<const core::kms::Key*> key_of(Call& call, const Secret& secret) {
  if (secret.kms_key_id.empty()) return &aws_managed_key(call, "secretsmanager");
  auto key = find_kms_key(call, secret.kms_key_id);
  if (!key) return failure("EncryptionFailure", "encrypt", std::move(key.error()));
  return key;
}

Result<> seal_value(Call& call, const Secret& secret, SecretVersion& version, const Value& value) {
  if (value.bytes.size() > limits::secret_value_bytes)
    return invalid("A secret value can have no more than " + std::to_string(limits::secret_value_bytes) +
                   " bytes.");
  auto key = key_of(call, secret);
  if (!key) return pass(key);
  auto sealed = kms_encrypt(call, **key, value.bytes, context_of(secret, version));
  if (!sealed) return failure("EncryptionFailure", "encrypt", std::move(sealed.error()));
  version.value_sealed = std::move(*sealed);
  version.binary = value.binary;
  version.kms_key_arn = (*key)->arn();
  return {};
}

Result<std::string> open_value(Call& call, const Secret& secret, const SecretVersion& version) {
  auto opened = kms_decrypt(call, version.value_sealed, context_of(secret, version));
  if (!opened) return failure("DecryptionFailure", "decrypt", std::move(opened.error()));
  return std::move(opened->plain);
}

}  // namespace slipway::services::secretsmanager
