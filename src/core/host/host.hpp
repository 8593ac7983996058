#pragma once

#include <string>
#include <vector>

#include "core/fields.hpp"

namespace slipway::core::host {

// A machine, known once whatever account, region or service uses it: container instances and Fargate tasks
// are claims on its one ledger (core/host/ledger.hpp).
struct Host {
  static constexpr std::string_view kind = "host";

  std::string id;
  std::int64_t cpu_units = 0;  // 1024 a CPU
  std::int64_t memory_mib = 0;
  std::vector<std::int64_t> reserved_tcp_ports;
  std::vector<std::int64_t> reserved_udp_ports;
  std::string
      session_instance_key;    // the container instance whose agent connection carries this host's tasks
  bool slipway_agent = false;  // our agent: takes awsvpc and Fargate tasks
  UnknownFields unknown;

  static std::string key_of(std::string_view id) { return "-/-/" + std::string(id); }
  std::string key() const { return key_of(id); }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "id", self.id);
    visit(2, "cpu_units", self.cpu_units);
    visit(3, "memory_mib", self.memory_mib);
    visit(4, "reserved_tcp_ports", self.reserved_tcp_ports);
    visit(5, "reserved_udp_ports", self.reserved_udp_ports);
    visit(6, "session_instance_key", self.session_instance_key);
    visit(7, "slipway_agent", self.slipway_agent);
  }
};

}  // namespace slipway::core::host
