#include "schedule/placement.hpp"

#include <algorithm>
#include <tuple>

namespace slipway::schedule {
namespace {

using core::State;
using core::ecs::ContainerInstance;
using core::host::Claims;
using core::host::Host;

bool taken(const std::multiset<std::int64_t>& claimed, const std::vector<std::int64_t>& reserved,
           std::int64_t port) {
  return claimed.contains(port) || std::ranges::find(reserved, port) != reserved.end();
}

// Smaller is better.
auto rank(const State& state, const Host& host, std::string_view id) {
  const Claims& claims = state.ledger.of(host.id);
  return std::tuple(claims.tasks_pending + claims.tasks_running, claims.memory_mib - host.memory_mib,
                    std::string(id));
}

}  // namespace

std::optional<std::string> obstacle_on(const State& state, const Host& host, const Needs& needs) {
  if (needs.slipway_agent && !host.slipway_agent) return "ATTRIBUTE";
  const Claims& claims = state.ledger.of(host.id);
  if (claims.cpu_units + needs.cpu_units > host.cpu_units) return "RESOURCE:CPU";
  if (claims.memory_mib + needs.memory_mib > host.memory_mib) return "RESOURCE:MEMORY";
  for (const auto& port : needs.host_ports) {
    const bool udp = port.protocol == "udp";
    if (taken(udp ? claims.udp_ports : claims.tcp_ports,
              udp ? host.reserved_udp_ports : host.reserved_tcp_ports, port.host_port))
      return "RESOURCE:PORTS";
  }
  return std::nullopt;
}

std::expected<Placement, std::vector<Obstacle>> place_on_instance(const State& state, const Realm& realm,
                                                                  std::string_view cluster,
                                                                  const Needs& needs) {
  std::vector<Obstacle> obstacles;
  Placement best;
  for (const std::string& key :
       state.container_instances.with("cluster", realm.prefix() + std::string(cluster))) {
    const ContainerInstance& instance = *state.container_instances.find(key);
    const Host* host = state.hosts.find(Host::key_of(instance.host_id));
    check(host != nullptr, "a container instance without a host");
    if (instance.status == "INACTIVE") continue;
    if (instance.status != "ACTIVE") {
      obstacles.push_back({instance.arn(), "INACTIVE"});
    } else if (!state.connected_instances.contains(key)) {
      obstacles.push_back({instance.arn(), "AGENT"});
    } else if (auto obstacle = obstacle_on(state, *host, needs)) {
      obstacles.push_back({instance.arn(), *obstacle});
    } else if (!best.host || rank(state, *host, instance.id) < rank(state, *best.host, best.instance->id)) {
      best = {host, &instance};
    }
  }
  if (!best.host) return std::unexpected(std::move(obstacles));
  return best;
}

std::optional<Placement> place_on_fargate(const State& state, const Needs& needs) {
  Placement best;
  for (const auto& [key, host] : state.hosts.rows()) {
    if (!state.connected_instances.contains(host->session_instance_key) || obstacle_on(state, *host, needs))
      continue;
    if (!best.host || rank(state, *host, host->id) < rank(state, *best.host, best.host->id))
      best = {host.get(), nullptr};
  }
  if (!best.host) return std::nullopt;
  return best;
}

}  // namespace slipway::schedule
