#pragma once

#include <optional>
#include <string>

#include "core/state.hpp"

// What must be true of the control plane's state after every turn, whatever happened. Each check gives what
// is wrong, or nothing.
namespace slipway::sim {

using Wrong = std::optional<std::string>;

// No host promises more than it has, and no port twice; the ledger is the sum of its tasks.
Wrong check_hosts(const core::State& state);
// Addresses are unique in their VPC and fit their subnet; an interface has its task and a running awsvpc task
// its interface.
Wrong check_interfaces(const core::State& state);
// Every task's status, times and references fit together.
Wrong check_tasks(const core::State& state);
// What refers to something refers to something that is there.
Wrong check_references(const core::State& state);

Wrong check_state(const core::State& state);

// Encoding and decoding every row gives the same bytes, and a state loaded from them has the same indexes and
// the same ledger. Dear: not after every turn.
Wrong check_rebuild(core::State& state);

// The place of a status among the eight (ECS developer guide, "Task lifecycle"); -1: none of them.
int rank_of(std::string_view last_status);

}  // namespace slipway::sim
