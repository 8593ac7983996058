#include "core/host/ledger.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace slipway::core::host {
namespace {

void count_port(std::multiset<std::int64_t>& ports, std::int64_t port, std::int64_t sign) {
  if (sign > 0) {
    ports.insert(port);
  } else {
    auto at = ports.find(port);
    check(at != ports.end(), "ledger: a port is given back that was not taken");
    ports.erase(at);
  }
}

}  // namespace

void Ledger::apply(const ecs::Task* before, const ecs::Task* after) {
  if (before) count(*before, -1);
  if (after) count(*after, +1);
}

const Claims& Ledger::of(std::string_view host_id) const {
  static const Claims none;
  auto it = claims_.find(host_id);
  return it == claims_.end() ? none : it->second;
}

void Ledger::count(const ecs::Task& task, std::int64_t sign) {
  if (task.host_id.empty() || task.stopped()) return;
  Claims& claims = claims_[task.host_id];
  claims.cpu_units += sign * task.cpu_units;
  claims.memory_mib += sign * task.memory_mib;
  (task.last_status == "RUNNING" ? claims.tasks_running : claims.tasks_pending) += sign;
  for (const auto& port : task.host_ports)
    for (std::int64_t number = port.host_port; number <= std::max(port.host_port, port.host_port_last);
         ++number)
      count_port(port.protocol == "udp" ? claims.udp_ports : claims.tcp_ports, number, sign);
  if (claims == Claims{}) claims_.erase(task.host_id);
}

}  // namespace slipway::core::host
