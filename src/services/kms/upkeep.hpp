#pragma once

#include "services/common/call.hpp"

namespace slipway::services::kms {

// What happens to keys without anybody calling: those whose waiting period is over go, with their aliases;
// those whose rotation is due get new material. The daemon steps this every second; a bounded number
// (limits::expiries_per_tick) at a time.
void upkeep(core::Turn& turn, const Environment& environment);

}  // namespace slipway::services::kms
