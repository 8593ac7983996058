#include "services/kms/crypto.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> generate_random(Call& call) {
  const wire::kms::GenerateRandomRequest request(call.input);
  if (auto none = refuse_recipient(request); !none) return pass(none);
  if (request.has_custom_key_store_id())
    return unsupported("CustomKeyStoreId is not supported: there are no custom key stores.");
  if (!request.has_number_of_bytes()) return invalid("NumberOfBytes is required.");
  std::string bytes(std::size_t(request.number_of_bytes()), '\0');
  call.turn.random.fill(std::as_writable_bytes(std::span(bytes)));
  wire::kms::GenerateRandomResponse response;
  response.set_plaintext(bytes);
  return std::move(response).raw();
}

}  // namespace slipway::services::kms
