#pragma once

#include "core/state.hpp"
#include "wire/gen/ecs.hpp"

namespace slipway::services::ecs {

// A task as the API shows it.
wire::ecs::Task task_view(const core::State& state, const core::ecs::Task& task, bool with_tags);

}  // namespace slipway::services::ecs
