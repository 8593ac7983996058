#include "services/kms/lookup.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

// The key is then disabled (KMS API, CancelKeyDeletion).
Result<wire::Value> cancel_key_deletion(Call& call) {
  const wire::kms::CancelKeyDeletionRequest request(call.input);
  auto key = find_customer_key(call, request.key_id());
  if (!key) return pass(key);
  if ((*key)->state != KeyState::pending_deletion)
    return fail("KMSInvalidStateException", (*key)->arn() + " is not pending deletion.");
  wire::kms::CancelKeyDeletionResponse response;
  response.set_key_id((*key)->arn());
  call.turn.modify(call.turn.state.kms_keys, (*key)->key(), [](Key& changed) {
    changed.state = KeyState::disabled;
    changed.deletes_at = {};
    changed.deletion_window_days = 0;
  });
  return std::move(response).raw();
}

}  // namespace slipway::services::kms
