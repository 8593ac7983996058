#include "services/kms/crypto.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

// The plain text never leaves the turn.
Result<wire::Value> re_encrypt(Call& call) {
  const wire::kms::ReEncryptRequest request(call.input);
  for (const auto algorithm :
       {request.source_encryption_algorithm(), request.destination_encryption_algorithm()})
    if (auto valid = check_algorithm(algorithm); !valid) return pass(valid);
  if (auto none = refuse_grants(request); !none) return pass(none);
  if (request.has_dry_run_modifiers()) return unsupported("DryRunModifiers are not supported.");
  if (!request.has_ciphertext_blob()) return invalid("CiphertextBlob must be given.");
  auto context = context_of(request.destination_encryption_context());
  if (!context) return pass(context);
  auto opened = open_ciphertext(call, request.ciphertext_blob(), request.source_key_id(),
                                request.source_encryption_context());
  if (!opened) return pass(opened);
  auto key = find_key_to_use(call, request.destination_key_id());
  if (!key) return pass(key);
  auto sealed = kms_encrypt(call, **key, opened->plain, *context);
  if (!sealed) return pass(sealed);
  if (auto real = stop_dry_run(request); !real) return pass(real);
  wire::kms::ReEncryptResponse response;
  response.set_ciphertext_blob(*sealed)
      .set_source_key_id(opened->key->arn())
      .set_key_id((*key)->arn())
      .set_source_encryption_algorithm("SYMMETRIC_DEFAULT")
      .set_destination_encryption_algorithm("SYMMETRIC_DEFAULT")
      .set_source_key_material_id(opened->material_id)
      .set_destination_key_material_id((*key)->material().id);
  return std::move(response).raw();
}

}  // namespace slipway::services::kms
