#pragma once

#include <span>

#include "services/common/asks.hpp"

namespace slipway::services::ecs {

// Resources and condition keys of ECS's actions (service authorization reference, "Actions, resources, and
// condition keys for Amazon Elastic Container Service").
std::span<const AskEntry> asks();

}  // namespace slipway::services::ecs
