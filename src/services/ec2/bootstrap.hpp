#pragma once

#include "core/turn.hpp"

namespace slipway::services::ec2 {

// The default VPC of a region, as AWS makes it (VPC user guide, "Default VPC components"): 172.31.0.0/16, a
// default subnet of size /20 per zone, and the group `default`, which lets its members reach one another and
// everything go out. Does nothing where the region has a default VPC.
void bootstrap_default_vpc(core::Turn& turn, const Realm& realm);

}  // namespace slipway::services::ec2
