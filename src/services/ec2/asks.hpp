#pragma once

#include <span>

#include "services/common/asks.hpp"

namespace slipway::services::ec2 {

// Resources and condition keys of EC2's actions (service authorization reference): every resource that a call
// names by id, and what it makes. Describe… has no resources on AWS either.
std::span<const AskEntry> asks();

}  // namespace slipway::services::ec2
