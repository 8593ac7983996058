#include "services/secretsmanager/upkeep.hpp"

#include "base/limits.hpp"
#include "services/secretsmanager/version.hpp"

namespace slipway::services::secretsmanager {

void upkeep(core::Turn& turn) {
  std::vector<const Secret*> due;
  for (const std::string& row : turn.state.secrets.with("deletes", "")) {
    const Secret* secret = turn.state.secrets.find(row);
    if (secret->deletes_at <= turn.now()) due.push_back(secret);
    if (due.size() == limits::expiries_per_tick) break;
  }
  for (const Secret* secret : due) erase_secret(turn, *secret);
}

}  // namespace slipway::services::secretsmanager
