#include "services/kms/lookup.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> describe_key(Call& call) {
  const wire::kms::DescribeKeyRequest request(call.input);
  auto key = find_kms_key(call, request.key_id());
  if (!key) return pass(key);
  wire::kms::DescribeKeyResponse response;
  response.set_key_metadata(metadata_view(**key));
  return std::move(response).raw();
}

}  // namespace slipway::services::kms
