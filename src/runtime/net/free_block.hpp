#pragma once

#include <span>

#include "runtime/net/address.hpp"
#include "runtime/net/netlink.hpp"

namespace slipway::runtime {

// A /16 for a VPC that lasts only for a while, in which this host has no route: 172.31.0.0/16 as everywhere,
// else one of 10.255.0.0/16 downwards. 172.31.0.0/16 where all is taken or the routes cannot be read: the VPC
// works all the same, but not from the host.
Cidr free_vpc_block();
Cidr free_vpc_block(std::span<const RouteInfo> routes);

}  // namespace slipway::runtime
