#include "services/ec2/table.hpp"

#include "wire/gen/ec2.hpp"

namespace slipway::services::ec2 {

const ServiceTable& table() {
  namespace op = wire::ec2::operations;
  using enum Access;
  static const Route routes[] = {
      {&op::DescribeAvailabilityZones, read, describe_availability_zones},
      {&op::DescribeNetworkInterfaces, read, describe_network_interfaces},
      {&op::DescribeSecurityGroups, read, describe_security_groups},
      {&op::DescribeSubnets, read, describe_subnets},
      {&op::DescribeVpcs, read, describe_vpcs},
  };
  // EC2 has words of its own for bad parameters.
  static const ServiceTable service{&wire::ec2::service, routes, /*generic_validation=*/false};
  return service;
}

}  // namespace slipway::services::ec2
