#include "services/ecs/port_mapping_check.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "base/port_range.hpp"
#include "services/ecs/errors.hpp"

namespace slipway::services::ecs {
namespace {

constexpr std::size_t port_ranges_per_container = 100;  // ECS API reference, "PortMapping"

using wire::ecs::ContainerDefinition;
using wire::ecs::PortMapping;

std::unexpected<Error> invalid(const ContainerDefinition& container, const std::string& what) {
  return client_exception("Invalid setting for container '" + std::string(container.name()) + "'. " + what);
}

Result<> check_single(std::string_view network_mode, const ContainerDefinition& container,
                      const PortMapping& port) {
  if (!port.has_container_port()) return invalid(container, "A port mapping must have a container port.");
  if (port.container_port() < 0 || port.container_port() > 65'535)
    return invalid(container, "The container port must be between 0 and 65535.");
  if (port.has_host_port() && (port.host_port() < 0 || port.host_port() > 65'535))
    return invalid(container, "The host port must be between 0 and 65535.");
  const bool own_network = network_mode == "awsvpc" || network_mode == "host";
  if (own_network && port.has_host_port() && port.host_port() != 0 &&
      port.host_port() != port.container_port())
    return client_exception("When networkMode=" + std::string(network_mode) +
                            ", the host ports and container ports in port mappings must match.");
  return {};
}

Result<PortRange> check_range(std::string_view network_mode, const ContainerDefinition& container,
                              const PortMapping& port) {
  if (port.has_container_port() || port.has_host_port())
    return invalid(container,
                   "A port mapping with a containerPortRange has no containerPort and no hostPort.");
  if (network_mode == "host")
    return invalid(container, "A containerPortRange needs the network mode bridge or awsvpc.");
  const auto range = PortRange::parse(port.container_port_range());
  if (!range)
    return invalid(container, "The containerPortRange '" + std::string(port.container_port_range()) +
                                  "' is no range of ports between 1 and 65535.");
  return *range;
}

struct Used {
  PortRange ports;
  std::string_view protocol;
};

// Single ports may stand twice: older definitions do that, and Docker takes it.
Result<> check_overlap(const ContainerDefinition& container, const std::vector<Used>& ranges,
                       const std::vector<Used>& all) {
  for (const Used& range : ranges) {
    const auto meet = std::ranges::count_if(all, [&](const Used& other) {
      return range.protocol == other.protocol && range.ports.first <= other.ports.last &&
             other.ports.first <= range.ports.last;
    });
    if (meet > 1)
      return invalid(container,
                     "The containerPortRange '" + range.ports.text() + "' overlaps another port mapping.");
  }
  return {};
}

}  // namespace

Result<> check_port_mappings(std::string_view network_mode, const ContainerDefinition& container) {
  if (network_mode == "none" && !container.port_mappings().empty())
    return client_exception("Port mappings are not allowed when networkMode=none.");
  std::vector<Used> ranges, all;
  for (const auto port : container.port_mappings()) {
    if (port.has_protocol() && port.protocol() != "tcp" && port.protocol() != "udp")
      return client_exception("Protocol must be one of [tcp, udp].");
    const std::string_view protocol = port.has_protocol() ? port.protocol() : "tcp";
    if (port.has_container_port_range()) {
      auto range = check_range(network_mode, container, port);
      if (!range) return pass(range);
      ranges.push_back({*range, protocol});
      all.push_back(ranges.back());
    } else {
      if (auto checked = check_single(network_mode, container, port); !checked) return checked;
      const auto number = std::uint16_t(port.container_port());
      all.push_back({{number, number}, protocol});
    }
  }
  if (ranges.size() > port_ranges_per_container)
    return invalid(container, "A container can have at most " + std::to_string(port_ranges_per_container) +
                                  " port ranges.");
  return check_overlap(container, ranges, all);
}

}  // namespace slipway::services::ecs
