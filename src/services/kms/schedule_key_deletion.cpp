#include "services/kms/lookup.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {
namespace {

constexpr std::int64_t day_ms = 24 * 3'600'000;

}  // namespace

Result<wire::Value> schedule_key_deletion(Call& call) {
  const wire::kms::ScheduleKeyDeletionRequest request(call.input);
  const std::int64_t days = request.has_pending_window_in_days() ? request.pending_window_in_days() : 30;
  if (days < 7 || days > 30)
    return invalid("PendingWindowInDays must be between 7 and 30 days (inclusive).");
  auto key = find_living_key(call, request.key_id());
  if (!key) return pass(key);
  const Key& changed = call.turn.modify(call.turn.state.kms_keys, (*key)->key(), [&](Key& each) {
    each.state = KeyState::pending_deletion;
    each.deletes_at = call.now() + days * day_ms;
    each.deletion_window_days = days;
  });
  wire::kms::ScheduleKeyDeletionResponse response;
  response.set_key_id(changed.arn())
      .set_deletion_date(changed.deletes_at)
      .set_key_state(state_name(changed.state))
      .set_pending_window_in_days(days);
  return std::move(response).raw();
}

}  // namespace slipway::services::kms
