#pragma once

#include "core/turn.hpp"

namespace slipway::services::secretsmanager {

// What happens to secrets without anybody calling: those whose recovery window is over go. The daemon steps this
// every second; a bounded number (limits::expiries_per_tick) at a time.
void upkeep(core::Turn& turn);

}  // namespace slipway::services::secretsmanager
