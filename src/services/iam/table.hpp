#pragma once

#include "services/common/call.hpp"

namespace slipway::services::iam {

// Identity and Access Management (IAM API reference, 2010-05-08).
const ServiceTable& table();

}  // namespace slipway::services::iam
