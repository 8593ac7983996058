#pragma once

#include <span>

#include "services/common/asks.hpp"

namespace slipway::services::logs {

// Resources and condition keys of CloudWatch Logs' actions (service authorization reference).
std::span<const AskEntry> asks();

}  // namespace slipway::services::logs
