#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/result.hpp"
#include "runtime/container.hpp"
#include "runtime/supervisor/loop.hpp"
#include "runtime/supervisor/records.hpp"
#include "runtime/system/process.hpp"

namespace slipway::runtime {

// Commands that run for a moment in running containers (health checks), one at a time in each. All on the
// loop's thread.
//
// `crun exec` stays until its process ends and has that one's exit code. Killing crun alone would leave the
// process in the container, so that crun is told to write down which it is.
class Probes {
 public:
  using Ended = std::function<void(const LaunchRecord&, const ProbeResult&)>;
  using Spawn = std::function<Result<pid_t>(const std::vector<std::string>& argv, SpawnOptions)>;

  Probes(Loop&, std::string run_dir, std::string crun_root, Ended, Spawn);
  ~Probes();
  Probes(const Probes&) = delete;
  Probes& operator=(const Probes&) = delete;

  // What <directory>/probe.json says. Error "Conflict" where one runs already.
  Result<> begin(const LaunchRecord&, const std::string& directory, std::int64_t timeout_ms);
  // A child ended. False: it was no probe's.
  bool reaped(pid_t, int exit_code);
  // Kills those whose time is over.
  void tick();
  // Kills all of them; nobody is told.
  void abandon();

 private:
  struct Probe {
    LaunchRecord launch;
    std::string pid_path;
    Fd output_fd;
    std::string output;
    std::chrono::steady_clock::time_point deadline;
    bool timed_out = false;
  };

  void read_output(Probe&);
  void kill(pid_t crun, const Probe&);
  void forget(Probe&);

  Loop& loop_;
  const std::string run_dir_, crun_root_;
  const Ended ended_;
  const Spawn spawn_;
  std::map<pid_t, Probe> probes_;  // by crun's pid
  std::uint64_t begun_ = 0;
};

}  // namespace slipway::runtime
