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
  std::string task_key;
};

// Makes the network interface of an awsvpc task (EC2 CreateNetworkInterface and AttachNetworkInterface in
// one): a free address of the subnet, a MAC address, status in-use, an attachment. Gives its id, "eni-…"; the
// rest is read from turn.state.network_interfaces.
//
// Of a subnet the first four addresses and the last are never given (VPC user guide, "Subnet CIDR blocks").
// Errors, EC2's: InvalidSubnetID.NotFound, InvalidGroup.NotFound, InvalidParameter (a group of another VPC),
// SecurityGroupsPerInterfaceLimitExceeded, InsufficientFreeAddressesInSubnet.
Result<std::string> create_network_interface(core::Turn& turn, const Realm& realm,
                                             const NetworkInterfaceRequest& request);

// Gives the interface and its address back. Does nothing where there is none: a task that is deprovisioned
// twice.
void delete_network_interface(core::Turn& turn, const Realm& realm, std::string_view network_interface_id);

// How many more interfaces fit into the subnet.
std::int64_t free_addresses(const core::State& state, const core::ec2::Subnet& subnet);

// "ip-172-31-0-5.ec2.internal" in us-east-1, "ip-172-31-0-5.eu-west-1.compute.internal" elsewhere.
std::string private_dns_name(const core::ec2::NetworkInterface& interface);

// "vpc-0123456789abcdef0": prefix, a zero and 16 random hexadecimal digits, as EC2's long ids look.
std::string new_ec2_id(Random& random, std::string_view prefix);

}  // namespace slipway::services
