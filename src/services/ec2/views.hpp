#pragma once

#include "core/state.hpp"
#include "wire/gen/ec2.hpp"

// Resources as EC2 shows them, in the answers of Create and Describe operations alike.
namespace slipway::services::ec2 {

wire::ec2::VpcCidrBlockAssociation block_view(const core::ec2::VpcCidrBlock&, std::string_view state);
wire::ec2::Vpc vpc_view(const core::ec2::Vpc& vpc);
wire::ec2::Subnet subnet_view(const core::State& state, const core::ec2::Subnet& subnet);
// Rules of the same protocol and ports come as one IpPermission.
wire::ec2::SecurityGroup security_group_view(const core::ec2::SecurityGroup& group);
wire::ec2::NetworkInterface network_interface_view(const core::State& state,
                                                   const core::ec2::NetworkInterface& interface);
wire::ec2::NetworkInterfaceAttachment attachment_view(const core::ec2::NetworkInterface& interface);
wire::ListOf<wire::ec2::GroupIdentifier> groups_view(const core::State& state,
                                                     const core::ec2::NetworkInterface& interface);
// Its Elastic IP address; nullptr: none.
const core::ec2::Address* address_of(const core::State& state, const core::ec2::NetworkInterface& interface);
std::string_view interface_type_of(const core::ec2::NetworkInterface& interface);
// Who made it and manages it; empty: its owner.
std::string_view requester_of(const core::ec2::NetworkInterface& interface);
std::string group_name_of(const core::State& state, const Realm& realm, const std::string& id);
wire::ec2::InternetGateway internet_gateway_view(const core::ec2::InternetGateway& gateway);
wire::ec2::RouteTable route_table_view(const core::State& state, const core::ec2::RouteTable& table);
wire::ec2::NatGateway nat_gateway_view(const core::ec2::NatGateway& gateway);

}  // namespace slipway::services::ec2
