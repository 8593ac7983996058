#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/kms/key.hpp"
#include "services/common/call.hpp"

// KMS keys as every service uses them that keeps secrets: an envelope of two. A key's material lies sealed
// under the data directory's key file, a secret is sealed under a key derived from that material.
namespace slipway::services {

// Bound to a ciphertext as additional authenticated data: it opens with the same pairs only (KMS developer
// guide, "Encryption context").
using EncryptionContext = std::map<std::string, std::string>;

enum class AliasUse {
  refused,  // by operations on the key itself
  allowed,
};

// A key of the caller's account and region by its id or ARN, or an alias or its ARN. The aliases of AWS managed
// keys that nobody has used yet make them. Never nullptr: NotFoundException instead.
Result<const core::kms::Key*> find_kms_key(Call& call, std::string_view key_id,
                                           AliasUse alias = AliasUse::allowed);
// The same without making or refusing anything; nullptr: there is none.
const core::kms::Key* kms_key_named(const Call& call, std::string_view key_id);
// The key with which `service` ("ssm", "secretsmanager") seals where no other is named; made at its first use.
const core::kms::Key& aws_managed_key(Call& call, std::string_view service);

// A key may be used while it is enabled. Errors: DisabledException, KMSInvalidStateException.
Result<> check_usable(const core::kms::Key& key);

// Makes a key's next material, sealed under the key file. It encrypts from now on.
void add_material(core::Turn& turn, const auth::Sealer& sealer, core::kms::Key& key);

// The ciphertext names its key and material; it is 81 bytes longer than the plain text. Errors: those of
// check_usable().
Result<std::string> kms_encrypt(Call& call, const core::kms::Key& key, std::string_view plain,
                                const EncryptionContext& context);

struct Decrypted {
  std::string plain;
  const core::kms::Key* key = nullptr;
  std::string material_id;
};
// Errors: InvalidCiphertextException (changed, no ciphertext, or another context), AccessDeniedException (no
// such key here), and those of check_usable().
Result<Decrypted> kms_decrypt(Call& call, std::string_view ciphertext, const EncryptionContext& context);
// The key that a ciphertext names, without looking inside it.
Result<const core::kms::Key*> kms_key_of(const Call& call, std::string_view ciphertext);

// What a call that seals or opens a value under a customer's key needs leave for besides, as on AWS: the service
// uses the key on the caller's behalf (kms:ViaService). AWS managed keys need none.
void ask_for_key(const Call& call, Asks& out, std::string_view action, const core::kms::Key* key,
                 std::string_view service, const EncryptionContext& context);

}  // namespace slipway::services
