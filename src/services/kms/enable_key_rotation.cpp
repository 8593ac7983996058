#include "base/limits.hpp"
#include "services/kms/lookup.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {
namespace {

constexpr std::int64_t day_ms = 24 * 3'600'000;

}  // namespace

Result<wire::Value> enable_key_rotation(Call& call) {
  const wire::kms::EnableKeyRotationRequest request(call.input);
  auto key = find_living_key(call, request.key_id());
  if (!key) return pass(key);
  if (auto usable = check_usable(**key); !usable) return pass(usable);
  const std::int64_t days = request.has_rotation_period_in_days() ? request.rotation_period_in_days()
                                                                  : limits::kms_rotation_days;
  call.turn.modify(call.turn.state.kms_keys, (*key)->key(), [&](Key& changed) {
    changed.rotation_period_days = days;
    changed.rotates_at = call.now() + days * day_ms;
  });
  return wire::Value::object();
}

}  // namespace slipway::services::kms
