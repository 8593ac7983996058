#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/turn.hpp"

namespace slipway::services {

struct NetworkInterfaceRequest {
  std::string subnet_id;
  std::vector<std::string> security_group_ids;  // none: the default group of the subnet's VPC
  std::string description;
  std::string task_key;  // empty: nothing holds it, status available
  bool assign_public_ip = false;
  std::string nat_gateway_id = {};  // instead of a task's
  std::string private_ip = {};      // empty: one by chance
};

// Makes a network interface: a free address of the subnet, a MAC address and, for an awsvpc task or a NAT
// gateway, status in-use and an attachment (EC2 CreateNetworkInterface and AttachNetworkInterface in one).
// Gives its id, "eni-…"; the rest is read from turn.state.network_interfaces.
//
// Of a subnet the first four addresses and the last are never given (VPC user guide, "Subnet CIDR blocks").
// Errors, EC2's: InvalidSubnetID.NotFound, InvalidGroup.NotFound, InvalidParameter (a group of another VPC),
// SecurityGroupsPerInterfaceLimitExceeded, InsufficientFreeAddressesInSubnet; for a private_ip
// InvalidParameterValue and InvalidIPAddress.InUse.
Result<std::string> create_network_interface(core::Turn& turn, const Realm& realm,
                                             const NetworkInterfaceRequest& request);

// Gives the interface and its address back. Does nothing where there is none: a task that is deprovisioned
// twice.
void delete_network_interface(core::Turn& turn, const Realm& realm, std::string_view network_interface_id);

// The groups of an interface in this VPC: those asked for, checked and once each, or the default group.
// Errors: InvalidGroup.NotFound, InvalidParameter, SecurityGroupsPerInterfaceLimitExceeded. `where` is what
// the groups must share a network with, "subnet subnet-…".
Result<std::vector<std::string>> interface_groups(const core::State& state, const Realm& realm,
                                                  std::string_view vpc_id, std::string_view where,
                                                  const std::vector<std::string>& asked);

// How many more interfaces fit into the subnet.
std::int64_t free_addresses(const core::State& state, const core::ec2::Subnet& subnet);

// "ip-172-31-0-5.ec2.internal" in us-east-1, "ip-172-31-0-5.eu-west-1.compute.internal" elsewhere.
std::string private_dns_name(const core::ec2::NetworkInterface& interface);

// "vpc-0123456789abcdef0": prefix, a zero and 16 random hexadecimal digits, as EC2's long ids look.
std::string new_ec2_id(Random& random, std::string_view prefix);

}  // namespace slipway::services
