#include "services/ec2/table.hpp"

#include "services/ec2/asks.hpp"
#include "services/ec2/served.hpp"
#include "wire/gen/ec2.hpp"

namespace slipway::services::ec2 {

const ServiceTable& table() {
  namespace op = wire::ec2::operations;
  using enum Access;
  static const Route routes[] = {
      {&op::AllocateAddress, write, served<allocate_address>},
      {&op::AssociateAddress, write, served<associate_address>},
      {&op::AssociateRouteTable, write, served<associate_route_table>},
      {&op::AssociateVpcCidrBlock, write, served<associate_vpc_cidr_block>},
      {&op::AttachInternetGateway, write, served<attach_internet_gateway>},
      {&op::AuthorizeSecurityGroupEgress, write, served<authorize_security_group_egress>},
      {&op::AuthorizeSecurityGroupIngress, write, served<authorize_security_group_ingress>},
      {&op::CreateDefaultVpc, write, served<create_default_vpc>},
      {&op::CreateInternetGateway, write, served<create_internet_gateway>},
      {&op::CreateNatGateway, write, served<create_nat_gateway>},
      {&op::CreateNetworkAclEntry, write, served<create_network_acl_entry>},
      {&op::CreateNetworkInterface, write, served<create_network_interface>},
      {&op::CreateRoute, write, served<create_route>},
      {&op::CreateRouteTable, write, served<create_route_table>},
      {&op::CreateSecurityGroup, write, served<create_security_group>},
      {&op::CreateSubnet, write, served<create_subnet>},
      {&op::CreateTags, write, served<create_tags>},
      {&op::CreateVpc, write, served<create_vpc>},
      {&op::DeleteInternetGateway, write, served<delete_internet_gateway>},
      {&op::DeleteNatGateway, write, served<delete_nat_gateway>},
      {&op::DeleteNetworkAclEntry, write, served<delete_network_acl_entry>},
      {&op::DeleteNetworkInterface, write, served<delete_network_interface>},
      {&op::DeleteRoute, write, served<delete_route>},
      {&op::DeleteRouteTable, write, served<delete_route_table>},
      {&op::DeleteSecurityGroup, write, served<delete_security_group>},
      {&op::DeleteSubnet, write, served<delete_subnet>},
      {&op::DeleteTags, write, served<delete_tags>},
      {&op::DeleteVpc, write, served<delete_vpc>},
      {&op::DescribeAccountAttributes, read, served<describe_account_attributes>},
      {&op::DescribeAddresses, read, served<describe_addresses>},
      {&op::DescribeAddressesAttribute, read, served<describe_addresses_attribute>},
      {&op::DescribeAvailabilityZones, read, served<describe_availability_zones>},
      {&op::DescribeDhcpOptions, read, served<describe_dhcp_options>},
      {&op::DescribeInternetGateways, read, served<describe_internet_gateways>},
      {&op::DescribeManagedPrefixLists, read, served<describe_managed_prefix_lists>},
      {&op::DescribeNatGateways, read, served<describe_nat_gateways>},
      {&op::DescribeNetworkAcls, read, served<describe_network_acls>},
      {&op::DescribeNetworkInterfaceAttribute, read, served<describe_network_interface_attribute>},
      {&op::DescribeNetworkInterfaces, read, served<describe_network_interfaces>},
      {&op::DescribePrefixLists, read, served<describe_prefix_lists>},
      {&op::DescribeRegions, read, served<describe_regions>},
      {&op::DescribeRouteTables, read, served<describe_route_tables>},
      {&op::DescribeSecurityGroupRules, read, served<describe_security_group_rules>},
      {&op::DescribeSecurityGroups, read, served<describe_security_groups>},
      {&op::DescribeSubnets, read, served<describe_subnets>},
      {&op::DescribeTags, read, served<describe_tags>},
      {&op::DescribeVpcAttribute, read, served<describe_vpc_attribute>},
      {&op::DescribeVpcs, read, served<describe_vpcs>},
      {&op::DescribeVpnGateways, read, served<describe_vpn_gateways>},
      {&op::DetachInternetGateway, write, served<detach_internet_gateway>},
      {&op::DisassociateAddress, write, served<disassociate_address>},
      {&op::DisassociateRouteTable, write, served<disassociate_route_table>},
      {&op::DisassociateVpcCidrBlock, write, served<disassociate_vpc_cidr_block>},
      {&op::ModifyNetworkInterfaceAttribute, write, served<modify_network_interface_attribute>},
      {&op::ModifySecurityGroupRules, write, served<modify_security_group_rules>},
      {&op::ModifySubnetAttribute, write, served<modify_subnet_attribute>},
      {&op::ModifyVpcAttribute, write, served<modify_vpc_attribute>},
      {&op::ReleaseAddress, write, served<release_address>},
      {&op::ReplaceNetworkAclEntry, write, served<replace_network_acl_entry>},
      {&op::ReplaceRoute, write, served<replace_route>},
      {&op::ReplaceRouteTableAssociation, write, served<replace_route_table_association>},
      {&op::RevokeSecurityGroupEgress, write, served<revoke_security_group_egress>},
      {&op::RevokeSecurityGroupIngress, write, served<revoke_security_group_ingress>},
      {&op::UpdateSecurityGroupRuleDescriptionsEgress, write,
       served<update_security_group_rule_descriptions_egress>},
      {&op::UpdateSecurityGroupRuleDescriptionsIngress, write,
       served<update_security_group_rule_descriptions_ingress>},
  };
  // EC2 has words of its own for bad parameters.
  static const ServiceTable service{&wire::ec2::service, routes, /*generic_validation=*/false, asks()};
  return service;
}

}  // namespace slipway::services::ec2
