#include "services/kms/crypto.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> generate_data_key(Call& call) {
  const wire::kms::GenerateDataKeyRequest request(call.input);
  if (auto none = refuse_grants(request); !none) return pass(none);
  if (auto none = refuse_recipient(request); !none) return pass(none);
  auto made = make_data_key(call, request.key_id(), request.number_of_bytes(), request.key_spec(),
                            request.encryption_context());
  if (!made) return pass(made);
  if (auto real = stop_dry_run(request); !real) return pass(real);
  wire::kms::GenerateDataKeyResponse response;
  response.set_ciphertext_blob(made->sealed)
      .set_plaintext(made->plain)
      .set_key_id(made->key->arn())
      .set_key_material_id(made->key->material().id);
  return std::move(response).raw();
}

}  // namespace slipway::services::kms
