#pragma once

#include "services/common/call.hpp"

namespace slipway::services::ec2 {

// Elastic Compute Cloud, the part that awsvpc needs (EC2 API reference, 2016-11-15).
const ServiceTable& table();

Result<wire::Value> describe_availability_zones(Call& call);
Result<wire::Value> describe_network_interfaces(Call& call);
Result<wire::Value> describe_security_groups(Call& call);
Result<wire::Value> describe_subnets(Call& call);
Result<wire::Value> describe_vpcs(Call& call);

}  // namespace slipway::services::ec2
