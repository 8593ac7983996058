#pragma once

#include "core/turn.hpp"

namespace slipway::services::ec2 {

// Takes away the rows of gateways that were deleted, or failed, an hour ago. Called where one more is made or
// deleted: until then an older row may still be seen, as at AWS, where the hour is no promise.
void forget_old_nat_gateways(core::Turn& turn, const Realm& realm);

}  // namespace slipway::services::ec2
