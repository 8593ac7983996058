#include "services/secretsmanager/table.hpp"
#include "services/secretsmanager/version.hpp"
#include "wire/gen/secretsmanager.hpp"

namespace slipway::services::secretsmanager {
namespace {

constexpr std::int64_t day_ms = 24 * 3'600'000;

}  // namespace

Result<wire::Value> delete_secret(Call& call) {
  const wire::secretsmanager::DeleteSecretRequest request(call.input);
  const bool at_once = request.force_delete_without_recovery();
  if (at_once && request.has_recovery_window_in_days())
    return invalid("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
  const std::int64_t days = request.has_recovery_window_in_days() ? request.recovery_window_in_days() : 30;
  if (days < 7 || days > 30)
    return invalid("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
  auto secret = find_secret(call, request.secret_id());
  if (!secret) return pass(secret);
  if ((*secret)->deleted() && !at_once) return marked_for_deletion();
  wire::secretsmanager::DeleteSecretResponse response;
  response.set_arn((*secret)->arn()).set_name((*secret)->name);
  if (at_once) {
    response.set_deletion_date(call.now());
    erase_secret(call.turn, **secret);
    return std::move(response).raw();
  }
  const Instant deletes_at = call.now() + days * day_ms;
  call.turn.modify(call.turn.state.secrets, (*secret)->key(), [&](Secret& changed) {
    changed.deleted_at = call.now();
    changed.deletes_at = deletes_at;
  });
  response.set_deletion_date(deletes_at);
  return std::move(response).raw();
}

}  // namespace slipway::services::secretsmanager
