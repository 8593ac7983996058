#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/ecs/task.hpp"

namespace slipway::core::host {

struct Claims {
  std::int64_t cpu_units = 0;
  std::int64_t memory_mib = 0;
  std::int64_t tasks_pending = 0;
  std::int64_t tasks_running = 0;
  std::multiset<std::int64_t> tcp_ports, udp_ports;

  bool operator==(const Claims&) const = default;
};

// What is promised on each host, by its tasks that have not stopped. Derived from the tasks, change by change
// (it observes their table), never stored: it cannot disagree with them.
class Ledger {
 public:
  void apply(const ecs::Task* before, const ecs::Task* after);
  const Claims& of(std::string_view host_id) const;

  bool operator==(const Ledger&) const = default;

 private:
  void count(const ecs::Task& task, std::int64_t sign);

  std::map<std::string, Claims, std::less<>> claims_;
};

}  // namespace slipway::core::host
