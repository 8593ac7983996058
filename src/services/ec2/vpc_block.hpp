#pragma once

#include <string_view>

#include "base/cidr.hpp"
#include "base/result.hpp"

namespace slipway::services::ec2 {

// A block for a VPC, as it is written in CreateVpc and AssociateVpcCidrBlock: /16 to /28. Errors:
// MissingParameter, InvalidParameterValue, InvalidVpc.Range.
Result<Ipv4Cidr> vpc_block(std::string_view text);

}  // namespace slipway::services::ec2
