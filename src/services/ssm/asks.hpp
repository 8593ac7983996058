#pragma once

#include <span>

#include "services/common/asks.hpp"

namespace slipway::services::ssm {

// Resources and condition keys of Parameter Store's actions (service authorization reference).
std::span<const AskEntry> asks();

}  // namespace slipway::services::ssm
