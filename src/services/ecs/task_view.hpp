#pragma once

#include "core/state.hpp"
#include "wire/gen/ecs.hpp"

namespace slipway::services::ecs {

// A task as the API shows it.
wire::ecs::Task task_view(const core::State& state, const core::ecs::Task& task, bool with_tags);
// How much of its node's disk it may take; 0: all.
std::int64_t ephemeral_storage_gib(const core::ecs::Task& task);

}  // namespace slipway::services::ecs
