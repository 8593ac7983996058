#pragma once

#include "core/state.hpp"
#include "wire/gen/ecs.hpp"

namespace slipway::services::ecs {

wire::ecs::ContainerInstance container_instance_view(const core::State& state,
                                                     const core::ecs::ContainerInstance& instance,
                                                     bool with_tags);

}  // namespace slipway::services::ecs
