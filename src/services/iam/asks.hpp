#pragma once

#include <span>

#include "services/common/asks.hpp"

namespace slipway::services::iam {

// Resources and condition keys of IAM's actions (service authorization reference).
std::span<const AskEntry> asks();

}  // namespace slipway::services::iam
