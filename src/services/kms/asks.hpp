#pragma once

#include <span>

#include "services/common/asks.hpp"

namespace slipway::services::kms {

// Resources and condition keys of Key Management Service's actions (service authorization reference).
std::span<const AskEntry> asks();

}  // namespace slipway::services::kms
