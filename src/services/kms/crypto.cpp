#include "services/kms/crypto.hpp"

#include "base/limits.hpp"

namespace slipway::services::kms {

Result<const Key*> find_key_to_use(Call& call, std::string_view key_id) {
  auto key = find_kms_key(call, key_id);
  if (!key) return key;
  if (auto allowed = check_direct_use(**key); !allowed) return pass(allowed);
  return key;
}

Result<> check_direct_use(const Key& key) {
  if (key.made_for.empty()) return {};
  return fail("AccessDeniedException",
              key.arn() + " is an AWS managed key: it is used through " + key.made_for + " only.");
}

Result<EncryptionContext> context_of(const wire::MapOf<std::string_view>& context) {
  EncryptionContext out;
  std::size_t bytes = 0;
  for (const auto& [name, value] : context) {
    bytes += name.size() + value.size();
    out.insert_or_assign(std::string(name), std::string(value));
  }
  if (bytes > limits::kms_context_bytes)
    return invalid("EncryptionContext is larger than " + std::to_string(limits::kms_context_bytes) +
                   " bytes.");
  return out;
}

Result<> check_algorithm(std::string_view algorithm) {
  if (algorithm.empty() || algorithm == "SYMMETRIC_DEFAULT") return {};
  return fail("InvalidKeyUsageException",
              "Algorithm " + std::string(algorithm) + " and key spec SYMMETRIC_DEFAULT are incompatible.");
}

Result<Decrypted> open_ciphertext(Call& call, std::string_view ciphertext, std::string_view key_id,
                                  const wire::MapOf<std::string_view>& context) {
  auto bound = context_of(context);
  if (!bound) return pass(bound);
  auto key = kms_key_of(call, ciphertext);
  if (!key) return pass(key);
  if (!key_id.empty()) {
    auto named = find_kms_key(call, key_id);
    if (!named) return pass(named);
    if (*named != *key)
      return fail("IncorrectKeyException",
                  "The key ID in the request does not identify a CMK that can perform this operation.");
  }
  if (auto allowed = check_direct_use(**key); !allowed) return pass(allowed);
  return kms_decrypt(call, ciphertext, *bound);
}

Result<DataKey> make_data_key(Call& call, std::string_view key_id, std::int64_t bytes, std::string_view spec,
                              const wire::MapOf<std::string_view>& context) {
  if ((bytes > 0) == !spec.empty()) return invalid("Please specify either number of bytes or key spec.");
  auto key = find_key_to_use(call, key_id);
  if (!key) return pass(key);
  auto bound = context_of(context);
  if (!bound) return pass(bound);
  const std::size_t size = bytes > 0 ? std::size_t(bytes) : spec == wire::kms::DataKeySpec::AES_128 ? 16 : 32;
  DataKey made{std::string(size, '\0'), {}, *key};
  call.turn.random.fill(std::as_writable_bytes(std::span(made.plain)));
  auto sealed = kms_encrypt(call, **key, made.plain, *bound);
  if (!sealed) return pass(sealed);
  made.sealed = std::move(*sealed);
  return made;
}

}  // namespace slipway::services::kms
