#pragma once

#include <string>

#include "core/turn.hpp"

namespace slipway::services::ec2 {

// Error: VpcLimitExceeded.
Result<> check_vpc_limit(const core::State& state, const Realm& realm);
// One set for all VPCs of a realm, as AWS has it; a new one for the first.
std::string shared_dhcp_options(core::Turn& turn, const Realm& realm);
// What comes with a VPC (VPC user guide, "VPC basics"): its main route table, its group `default`, and its
// network ACL. Puts the VPC too. Gives the route table's id.
std::string put_vpc_with_parts(core::Turn& turn, core::ec2::Vpc vpc);
// A route table without routes; `main` makes it the VPC's.
core::ec2::RouteTable new_route_table(core::Turn& turn, const core::ec2::Vpc& vpc, bool main);
// Lets everything pass.
core::ec2::NetworkAcl new_network_acl(core::Turn& turn, const core::ec2::Vpc& vpc);
// A group with the one rule that lets everything go out.
core::ec2::SecurityGroup new_security_group(core::Turn& turn, const core::ec2::Vpc& vpc);
// The group whose members reach one another.
core::ec2::SecurityGroup new_default_group(core::Turn& turn, const core::ec2::Vpc& vpc);

}  // namespace slipway::services::ec2
