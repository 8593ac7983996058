#pragma once

#include "services/common/call.hpp"

namespace slipway::services::ec2 {

// Elastic Compute Cloud, the networks of tasks: what clients create around an ECS service (EC2 API reference,
// 2016-11-15).
const ServiceTable& table();

Result<wire::Value> allocate_address(Call& call);
Result<wire::Value> associate_address(Call& call);
Result<wire::Value> associate_route_table(Call& call);
Result<wire::Value> associate_vpc_cidr_block(Call& call);
Result<wire::Value> attach_internet_gateway(Call& call);
Result<wire::Value> authorize_security_group_egress(Call& call);
Result<wire::Value> authorize_security_group_ingress(Call& call);
Result<wire::Value> create_default_vpc(Call& call);
Result<wire::Value> create_internet_gateway(Call& call);
Result<wire::Value> create_nat_gateway(Call& call);
Result<wire::Value> create_network_acl_entry(Call& call);
Result<wire::Value> create_network_interface(Call& call);
Result<wire::Value> create_route(Call& call);
Result<wire::Value> create_route_table(Call& call);
Result<wire::Value> create_security_group(Call& call);
Result<wire::Value> create_subnet(Call& call);
Result<wire::Value> create_tags(Call& call);
Result<wire::Value> create_vpc(Call& call);
Result<wire::Value> delete_internet_gateway(Call& call);
Result<wire::Value> delete_nat_gateway(Call& call);
Result<wire::Value> delete_network_acl_entry(Call& call);
Result<wire::Value> delete_network_interface(Call& call);
Result<wire::Value> delete_route(Call& call);
Result<wire::Value> delete_route_table(Call& call);
Result<wire::Value> delete_security_group(Call& call);
Result<wire::Value> delete_subnet(Call& call);
Result<wire::Value> delete_tags(Call& call);
Result<wire::Value> delete_vpc(Call& call);
Result<wire::Value> describe_account_attributes(Call& call);
Result<wire::Value> describe_addresses(Call& call);
Result<wire::Value> describe_addresses_attribute(Call& call);
Result<wire::Value> describe_availability_zones(Call& call);
Result<wire::Value> describe_dhcp_options(Call& call);
Result<wire::Value> describe_internet_gateways(Call& call);
Result<wire::Value> describe_managed_prefix_lists(Call& call);
Result<wire::Value> describe_nat_gateways(Call& call);
Result<wire::Value> describe_network_acls(Call& call);
Result<wire::Value> describe_network_interface_attribute(Call& call);
Result<wire::Value> describe_network_interfaces(Call& call);
Result<wire::Value> describe_prefix_lists(Call& call);
Result<wire::Value> describe_regions(Call& call);
Result<wire::Value> describe_route_tables(Call& call);
Result<wire::Value> describe_security_group_rules(Call& call);
Result<wire::Value> describe_security_groups(Call& call);
Result<wire::Value> describe_subnets(Call& call);
Result<wire::Value> describe_tags(Call& call);
Result<wire::Value> describe_vpc_attribute(Call& call);
Result<wire::Value> describe_vpcs(Call& call);
Result<wire::Value> describe_vpn_gateways(Call& call);
Result<wire::Value> detach_internet_gateway(Call& call);
Result<wire::Value> disassociate_address(Call& call);
Result<wire::Value> disassociate_route_table(Call& call);
Result<wire::Value> disassociate_vpc_cidr_block(Call& call);
Result<wire::Value> modify_network_interface_attribute(Call& call);
Result<wire::Value> modify_security_group_rules(Call& call);
Result<wire::Value> modify_subnet_attribute(Call& call);
Result<wire::Value> modify_vpc_attribute(Call& call);
Result<wire::Value> release_address(Call& call);
Result<wire::Value> replace_network_acl_entry(Call& call);
Result<wire::Value> replace_route(Call& call);
Result<wire::Value> replace_route_table_association(Call& call);
Result<wire::Value> revoke_security_group_egress(Call& call);
Result<wire::Value> revoke_security_group_ingress(Call& call);
Result<wire::Value> update_security_group_rule_descriptions_egress(Call& call);
Result<wire::Value> update_security_group_rule_descriptions_ingress(Call& call);

}  // namespace slipway::services::ec2
