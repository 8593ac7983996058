#pragma once

#include <string>
#include <string_view>

#include "services/kms/lookup.hpp"

// What the cryptographic operations have in common.
namespace slipway::services::kms {

// A key that a caller may encrypt or decrypt with by itself. AWS managed keys work through their service only
// (AccessDeniedException): their policy says so.
Result<const Key*> find_key_to_use(Call& call, std::string_view key_id);
Result<> check_direct_use(const Key& key);

// ValidationException for more than limits::kms_context_bytes.
Result<EncryptionContext> context_of(const wire::MapOf<std::string_view>& context);

// Grants are not there: any grant token is invalid.
template <class Request>
Result<> refuse_grants(const Request& request) {
  if (request.grant_tokens().empty()) return {};
  return fail("InvalidGrantTokenException", "Grants are not served: there is no such grant token.");
}

// Nitro enclaves are not there.
template <class Request>
Result<> refuse_recipient(const Request& request) {
  if (!request.has_recipient()) return {};
  return unsupported("Recipient is not supported: there are no attested enclaves here.");
}

// InvalidKeyUsageException for anything but SYMMETRIC_DEFAULT.
Result<> check_algorithm(std::string_view algorithm);

// The end of a call that would have succeeded, where it was only tried (DryRun).
template <class Request>
Result<> stop_dry_run(const Request& request) {
  if (!request.dry_run()) return {};
  return fail("DryRunOperationException", "The request would have succeeded, but the DryRun option is set.");
}

// What is inside a ciphertext, whose key must be `key_id` where one is named (IncorrectKeyException).
Result<Decrypted> open_ciphertext(Call& call, std::string_view ciphertext, std::string_view key_id,
                                  const wire::MapOf<std::string_view>& context);

struct DataKey {
  std::string plain;
  std::string sealed;
  const Key* key = nullptr;
};
// A new data key, `bytes` or of the size that `spec` says: exactly one of them is given.
Result<DataKey> make_data_key(Call& call, std::string_view key_id, std::int64_t bytes, std::string_view spec,
                              const wire::MapOf<std::string_view>& context);

}  // namespace slipway::services::kms
