#pragma once

#include "base/cidr.hpp"
#include "core/turn.hpp"

namespace slipway::services::ec2 {

inline constexpr Ipv4Cidr default_vpc_block{{0xac1f0000}, 16};  // 172.31.0.0/16

// A region's default VPC, as AWS makes it (VPC user guide, "Default VPC components"): a block of size /16, a
// default subnet of size /20 per zone, the group `default`, which lets its members reach one another and
// everything go out, and a main route table with a route to an internet gateway. Gives its id.
std::string make_default_vpc(core::Turn& turn, const Realm& realm, const Ipv4Cidr& block = default_vpc_block);

// At a start: makes the one of this region unless it had one before. One that an earlier build made gets what
// it lacks; a complete one stays as it is, and one that was deleted stays away until CreateDefaultVpc.
void bootstrap_default_vpc(core::Turn& turn, const Realm& realm, const Ipv4Cidr& block = default_vpc_block);

}  // namespace slipway::services::ec2
