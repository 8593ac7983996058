#include "services/kms/upkeep.hpp"

#include <vector>

#include "base/limits.hpp"
#include "services/common/kms_key.hpp"

namespace slipway::services::kms {
namespace {

using core::kms::Key;

constexpr std::int64_t day_ms = 24 * 3'600'000;

template <class Due>
std::vector<const Key*> due_keys(const core::State& state, std::string_view index, Due due) {
  std::vector<const Key*> found;
  for (const std::string& row : state.kms_keys.with(index, "")) {
    const Key* key = state.kms_keys.find(row);
    if (due(*key)) found.push_back(key);
    if (found.size() == limits::expiries_per_tick) break;
  }
  return found;
}

void erase(core::Turn& turn, const Key& key) {
  const auto aliases = turn.state.kms_aliases.with("key", key.key());  // a copy: it shrinks
  for (const std::string& alias : aliases) turn.erase(turn.state.kms_aliases, alias);
  turn.erase(turn.state.kms_keys, key.key());
}

}  // namespace

void upkeep(core::Turn& turn, const Environment& environment) {
  const Instant now = turn.now();
  for (const Key* key :
       due_keys(turn.state, "deletes", [&](const Key& each) { return each.deletes_at <= now; }))
    erase(turn, *key);
  const auto rotates = [&](const Key& each) {
    return each.rotates_at <= now && each.state == core::kms::KeyState::enabled;
  };
  for (const Key* key : due_keys(turn.state, "rotates", rotates))
    turn.modify(turn.state.kms_keys, key->key(), [&](Key& changed) {
      add_material(turn, environment.sealer, changed);
      changed.rotates_at = now + changed.rotation_period_days * day_ms;
    });
}

}  // namespace slipway::services::kms
