#pragma once

#include "core/state.hpp"
#include "wire/gen/ecs.hpp"

namespace slipway::services::ecs {

// A cluster as the API shows it, with its live counts. `with_tags`, `with_settings`: as DescribeClusters'
// `include` asks.
wire::ecs::Cluster cluster_view(const core::State& state, const core::ecs::Cluster& cluster, bool with_tags,
                                bool with_settings);

}  // namespace slipway::services::ecs
