#include "services/kms/crypto.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> decrypt(Call& call) {
  const wire::kms::DecryptRequest request(call.input);
  if (auto valid = check_algorithm(request.encryption_algorithm()); !valid) return pass(valid);
  if (auto none = refuse_grants(request); !none) return pass(none);
  if (auto none = refuse_recipient(request); !none) return pass(none);
  if (request.has_dry_run_modifiers()) return unsupported("DryRunModifiers are not supported.");
  if (!request.has_ciphertext_blob()) return invalid("CiphertextBlob must be given.");
  auto opened = open_ciphertext(call, request.ciphertext_blob(), request.key_id(), request.encryption_context());
  if (!opened) return pass(opened);
  if (auto real = stop_dry_run(request); !real) return pass(real);
  wire::kms::DecryptResponse response;
  response.set_key_id(opened->key->arn())
      .set_plaintext(opened->plain)
      .set_encryption_algorithm("SYMMETRIC_DEFAULT")
      .set_key_material_id(opened->material_id);
  return std::move(response).raw();
}

}  // namespace slipway::services::kms
