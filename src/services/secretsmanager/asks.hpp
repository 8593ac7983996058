#pragma once

#include <span>

#include "services/common/asks.hpp"

namespace slipway::services::secretsmanager {

// Resources and condition keys of Secrets Manager's actions (service authorization reference).
std::span<const AskEntry> asks();

}  // namespace slipway::services::secretsmanager
