#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace slipway::daemon {

// The time that turns are given: the wall clock's, but never less than what was given before, since peers and
// rows have seen that. Where the wall clock was set back, time goes on at half its speed
// (limits::turn_time_slow_down) until the clock has caught up: what waits for a time still comes, and one day
// too many is made good in two. Time that passes while no process runs is the wall clock's alone.
class TurnTime {
 public:
  // `last`: the latest that was ever given, by an earlier process too.
  explicit TurnTime(Instant last) : last_(last) {}

  // `steady_ms`: of a clock that nobody sets. Says it once in the log when the wall clock is found far
  // behind, and when it has caught up.
  Instant at(Instant wall, std::int64_t steady_ms);

 private:
  void tell(std::int64_t behind_ms);

  Instant last_;
  std::int64_t steady_ms_ = INT64_MIN;  // at the last call; at first: none
  std::int64_t owed_ms_ = 0;            // passed since, and not given yet
  bool told_ = false;
};

}  // namespace slipway::daemon
