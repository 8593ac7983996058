#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "runtime/network.hpp"

namespace slipway::runtime {

struct PortMapping {
  std::string protocol;
  std::string host_ip;  // "0.0.0.0": all
  std::uint16_t host_port = 0;
  std::string container_ip;  // empty: in the host's own network
  std::uint16_t container_port = 0;
  std::uint16_t count = 1;  // of ports from these on

  bool is_host() const { return container_ip.empty(); }

  bool operator==(const PortMapping&) const = default;
};

// What the kernel does not tell about our networks: <run_dir>/network, lines of words.
//
//   vpc <id> <slot> <cidr,…|-> <host-routed cidr,…|-> <gateway,…|-> <domain|->   ("bridge" is the bridge
//   router)
//   address <container> <ip>
//   port <container> <protocol> <host ip> <host port> <container ip|-> <container port> <count>
struct NetworkState {
  struct Router {
    VpcSpec spec;
    unsigned slot = 0;  // its link to the host: names and addresses derive from it
    std::vector<std::string> host_routed;

    bool is_bridge() const { return spec.vpc_id == bridge_router; }
  };
  std::map<std::string, Router> routers;
  std::map<std::string, std::string> bridge_addresses;    // container to its own
  std::map<std::string, std::vector<PortMapping>> ports;  // by container
};

std::string network_state_text(const NetworkState&);
// Passes over lines that it does not know.
NetworkState parse_network_state(const std::string&);

// The link of slot n: "s<node><n in hex>" on the host, "host0" in the router; a /31 of 169.254.176.0/20.
std::string link_name(const std::string& prefix, unsigned slot);
std::uint32_t link_host_address(unsigned slot);
std::uint32_t link_router_address(unsigned slot);
inline constexpr unsigned link_slots = 2'048;

}  // namespace slipway::runtime
