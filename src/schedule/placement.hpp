#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "core/state.hpp"

// Where a task goes. Pure: it reads the state and answers; the caller makes the claim.
namespace slipway::schedule {

struct Needs {
  std::int64_t cpu_units = 0;
  std::int64_t memory_mib = 0;
  std::vector<core::ecs::NetworkBinding> host_ports;  // host_port and protocol; only fixed ones
  bool slipway_agent = false;                         // awsvpc and Fargate: the stock agent cannot
};

struct Placement {
  const core::host::Host* host = nullptr;
  const core::ecs::ContainerInstance* instance = nullptr;  // none for Fargate
};

// Why one instance was passed over, in the words of RunTask's failures[].
struct Obstacle {
  std::string arn;
  std::string reason;  // RESOURCE:CPU, RESOURCE:MEMORY, RESOURCE:PORTS, AGENT, ATTRIBUTE
};

// The first thing that keeps a task off this host; nothing when it fits.
std::optional<std::string> obstacle_on(const core::State&, const core::host::Host&, const Needs&);

// Among a cluster's ACTIVE instances with a connected agent, the one with the fewest tasks, then the most
// free memory, then the lowest id (ECS developer guide, "task placement": the default spreads). Otherwise one
// obstacle per instance; an empty list means that the cluster has no instances at all.
std::expected<Placement, std::vector<Obstacle>> place_on_instance(const core::State&, const Realm&,
                                                                  std::string_view cluster, const Needs&);

// Among all hosts with our agent connected, whatever account or region uses them.
std::optional<Placement> place_on_fargate(const core::State&, const Needs&);

}  // namespace slipway::schedule
