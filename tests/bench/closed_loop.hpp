#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace slipway::bench {

struct LoopResult {
  std::vector<std::int64_t> latencies_ns;  // of answers within the measured time
  std::int64_t wall_ns = 0;
  std::int64_t client_cpu_ns = 0, server_cpu_ns = 0, machine_cpu_ns = 0;  // within the measured time
  std::size_t errors = 0;
  std::string first_error;
};

struct LoopPlan {
  std::vector<std::string> requests;  // one per connection, sent over and over
  std::int64_t warm_up_ms = 1'000;
  std::int64_t measured_ms = 5'000;
  int server_pid = 0;
  // What every answer must hold besides status 200, or is an error.
  std::size_t least_body_bytes = 2;
  std::string expected;
};

// One request in flight on each of K kept-alive connections, from one thread: the next leaves when the answer
// is whole. So latency includes the queueing that K in flight cause, and nothing is omitted.
LoopResult run_closed_loop(const LoopPlan&);

}  // namespace slipway::bench
