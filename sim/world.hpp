#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace slipway::sim {

struct RunOptions {
  std::uint64_t seed = 1;
  bool verbose = false;  // print every line of the transcript as it comes
};

struct RunResult {
  std::optional<std::string> failure;  // what was wrong, with the transcript's last lines
  std::uint64_t hash = 0;              // of the whole transcript
  std::uint64_t turns = 0, calls = 0, crashes = 0, tasks = 0;
  std::int64_t virtual_ms = 0;
};

// One run: a fleet, its clients and its disasters for some minutes, all drawn from the seed; then quiet, in
// which everything must settle. Checks all the while; a broken invariant of the product ends the process with
// the transcript on stderr.
RunResult run(const RunOptions& options);

}  // namespace slipway::sim
