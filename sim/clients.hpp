#pragma once

#include "base/random.hpp"
#include "sim/fleet.hpp"
#include "sim/operations.hpp"

namespace slipway::sim {

// Clients of the API that call, wait for the answer, think and call again; they share what they learn.
class Clients {
 public:
  Clients(Fleet& fleet, std::uint64_t seed);

  void begin(std::size_t count);
  void end() { life_.end(); }

  // What an operator does when the disasters are over: clusters are there again, lost machines are not, and
  // agents of deregistered instances start anew.
  void tidy_up();

 private:
  void think();
  void call_something();
  void learn(const Result<wire::Value>& answer);
  void insist(ApiCall call);
  void find_subnets();
  bool is_inactive(const Node& node);

  Fleet& fleet_;
  SeededRandom random_;
  Knowledge knowledge_;
  std::int64_t think_ms_;
  Life life_, operator_;
};

}  // namespace slipway::sim
