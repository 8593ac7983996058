#include "services/kms/lookup.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> get_key_rotation_status(Call& call) {
  const wire::kms::GetKeyRotationStatusRequest request(call.input);
  auto key = find_key(call, request.key_id());
  if (!key) return pass(key);
  const bool rotates = bool((*key)->rotates_at) && (*key)->state != KeyState::pending_deletion;
  wire::kms::GetKeyRotationStatusResponse response;
  response.set_key_rotation_enabled(rotates).set_key_id((*key)->id);
  if (rotates)
    response.set_rotation_period_in_days((*key)->rotation_period_days)
        .set_next_rotation_date((*key)->rotates_at);
  return std::move(response).raw();
}

}  // namespace slipway::services::kms
