#pragma once

#include "services/ec2/listing.hpp"

// The kinds of resources that are asked for by id.
namespace slipway::services::ec2 {

inline constexpr IdKind vpc_id{"vpcIds", "vpc", "vpc ID", "InvalidVpcID.Malformed", "InvalidVpcID.NotFound"};
inline constexpr IdKind vpc_cidr_association_id{
    "associationIds", "vpc-cidr-assoc", "vpc CIDR block association ID",
    "InvalidVpcCidrBlockAssociationId.Malformed", "InvalidVpcCidrBlockAssociationID.NotFound"};
inline constexpr IdKind subnet_id{"subnetIds", "subnet", "subnet ID", "InvalidSubnetId.Malformed",
                                  "InvalidSubnetID.NotFound"};
inline constexpr IdKind group_id{"groupIds", "sg", "security group", "InvalidGroupId.Malformed",
                                 "InvalidGroup.NotFound"};
inline constexpr IdKind rule_id{"securityGroupRuleIds", "sgr", "security group rule ID",
                                "InvalidSecurityGroupRuleId.Malformed",
                                "InvalidSecurityGroupRuleId.NotFound"};
inline constexpr IdKind interface_id{"networkInterfaceIds", "eni", "networkInterface ID",
                                     "InvalidNetworkInterfaceId.Malformed",
                                     "InvalidNetworkInterfaceID.NotFound"};
inline constexpr IdKind route_table_id{"routeTableIds", "rtb", "routeTable ID",
                                       "InvalidRouteTableId.Malformed", "InvalidRouteTableID.NotFound"};
inline constexpr IdKind route_table_association_id{"associationIds", "rtbassoc", "association ID",
                                                   "InvalidAssociationID.Malformed",
                                                   "InvalidAssociationID.NotFound"};
inline constexpr IdKind internet_gateway_id{"internetGatewayIds", "igw", "internetGateway ID",
                                            "InvalidInternetGatewayId.Malformed",
                                            "InvalidInternetGatewayID.NotFound"};
inline constexpr IdKind allocation_id{"allocationIds", "eipalloc", "allocation ID",
                                      "InvalidAllocationID.Malformed", "InvalidAllocationID.NotFound"};
inline constexpr IdKind address_association_id{"associationIds", "eipassoc", "association ID",
                                               "InvalidAssociationID.Malformed",
                                               "InvalidAssociationID.NotFound"};
inline constexpr IdKind nat_gateway_id{"natGatewayIds", "nat", "NAT gateway ID", "NatGatewayMalformed",
                                       "NatGatewayNotFound"};
inline constexpr IdKind network_acl_id{"networkAclIds", "acl", "networkAcl ID",
                                       "InvalidNetworkAclId.Malformed", "InvalidNetworkAclID.NotFound"};
inline constexpr IdKind dhcp_options_id{"dhcpOptionsIds", "dopt", "dhcpOption ID",
                                        "InvalidDhcpOptionsId.Malformed", "InvalidDhcpOptionID.NotFound"};
inline constexpr IdKind prefix_list_id{"prefixListIds", "pl", "prefix list ID",
                                       "InvalidPrefixListId.Malformed", "InvalidPrefixListId.NotFound"};
inline constexpr IdKind vpn_gateway_id{"vpnGatewayIds", "vgw", "vpnGateway ID",
                                       "InvalidVpnGatewayId.Malformed", "InvalidVpnGatewayID.NotFound"};

}  // namespace slipway::services::ec2
