#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/supervisor/containers.hpp"

namespace slipway::runtime {

struct Containers::Child {
  enum class Phase { launching, running, ending, exited };

  LaunchRecord launch;
  std::string directory;
  Phase phase = Phase::launching;
  std::unique_ptr<Stdio> stdio;
  StartRecord start;
  Fd pidfd;
  std::optional<ExitInfo> exit;

  pid_t runtime = -1;  // the call of crun under way
  std::chrono::steady_clock::time_point runtime_deadline;
  Started on_started;
  std::vector<Reply> on_removed;
};

}  // namespace slipway::runtime
