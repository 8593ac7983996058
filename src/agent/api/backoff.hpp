#pragma once

#include <algorithm>
#include <cstdint>

#include "base/random.hpp"

namespace slipway::agent {

// Waits that grow: first_ms, then times `factor` up to most_ms, each spread by ±20 % so that nodes which lost
// one server do not come back in step.
class Backoff {
 public:
  Backoff(std::int64_t first_ms, double factor, std::int64_t most_ms)
      : first_ms_(first_ms), factor_(factor), most_ms_(most_ms), next_ms_(static_cast<double>(first_ms)) {}

  std::int64_t next_ms(Random& random) {
    double wait_ms = next_ms_ * (0.8 + 0.4 * static_cast<double>(random.below(1001)) / 1000);
    next_ms_ = std::min(next_ms_ * factor_, static_cast<double>(most_ms_));
    return static_cast<std::int64_t>(wait_ms);
  }
  void reset() { next_ms_ = static_cast<double>(first_ms_); }

 private:
  std::int64_t first_ms_;
  double factor_;
  std::int64_t most_ms_;
  double next_ms_;
};

}  // namespace slipway::agent
