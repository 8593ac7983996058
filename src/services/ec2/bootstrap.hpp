#pragma once

#include "core/turn.hpp"

namespace slipway::services::ec2 {

// The default VPC of a region, as AWS makes it (VPC user guide, "Default VPC components"): 172.31.0.0/16, a
// default subnet of size /20 per zone, the group `default`, which lets its members reach one another and
// everything go out, and a main route table with a route to an internet gateway. One that an earlier build
// made gets what it lacks; a complete one stays as it is.
void bootstrap_default_vpc(core::Turn& turn, const Realm& realm);

}  // namespace slipway::services::ec2
