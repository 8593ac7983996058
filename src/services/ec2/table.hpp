#pragma once

#include "services/common/call.hpp"

namespace slipway::services::ec2 {

// Elastic Compute Cloud, the part that awsvpc needs (EC2 API reference, 2016-11-15).
const ServiceTable& table();

}  // namespace slipway::services::ec2
