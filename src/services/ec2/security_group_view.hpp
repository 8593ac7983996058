#pragma once

#include "core/ec2/network.hpp"
#include "wire/gen/ec2.hpp"

namespace slipway::services::ec2 {

// Rules of the same protocol and ports come as one IpPermission, as EC2 gives them.
wire::ec2::SecurityGroup security_group_view(const core::ec2::SecurityGroup& group);

}  // namespace slipway::services::ec2
