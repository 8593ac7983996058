#include "services/kms/crypto.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> encrypt(Call& call) {
  const wire::kms::EncryptRequest request(call.input);
  if (auto valid = check_algorithm(request.encryption_algorithm()); !valid) return pass(valid);
  if (auto none = refuse_grants(request); !none) return pass(none);
  auto context = context_of(request.encryption_context());
  if (!context) return pass(context);
  auto key = find_key_to_use(call, request.key_id());
  if (!key) return pass(key);
  auto sealed = kms_encrypt(call, **key, request.plaintext(), *context);
  if (!sealed) return pass(sealed);
  if (auto real = stop_dry_run(request); !real) return pass(real);
  wire::kms::EncryptResponse response;
  response.set_ciphertext_blob(*sealed)
      .set_key_id((*key)->arn())
      .set_encryption_algorithm("SYMMETRIC_DEFAULT");
  return std::move(response).raw();
}

}  // namespace slipway::services::kms
