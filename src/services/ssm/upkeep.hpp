#pragma once

#include "core/turn.hpp"

namespace slipway::services::ssm {

// What happens to parameters without anybody calling: those whose Expiration policy is due go. The daemon steps
// this every second; a bounded number (limits::expiries_per_tick) at a time.
void upkeep(core::Turn& turn);

}  // namespace slipway::services::ssm
