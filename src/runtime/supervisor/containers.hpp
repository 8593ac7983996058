#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "runtime/cgroup/cgroups.hpp"
#include "runtime/paths.hpp"
#include "runtime/supervisor/exit_writer.hpp"
#include "runtime/supervisor/layer_mounts.hpp"
#include "runtime/supervisor/loop.hpp"
#include "runtime/supervisor/probes.hpp"
#include "runtime/supervisor/records.hpp"
#include "runtime/supervisor/stdio.hpp"
#include "runtime/system/process.hpp"
#include "runtime/system/sealed_program.hpp"

namespace slipway::runtime {

// Every container of this node, from its launch to its removal. All on the loop's thread.
//
//   launching ──crun run──▶ running ──its first process ends──▶ ending ──exit.json is on disk──▶ exited
//
// `crun run --detach` leaves nothing between the container and us: as its subreaper we are its parent and get
// its exit code. A crun (or a shim) that stayed would cost memory for each container, and be one more process
// that can be killed; what it would save, the exit code of a time without a supervisor, newer kernels tell
// anyhow (pidfd).
class Containers {
 public:
  // Called once, on the loop, maybe before the call that it was given to returns.
  using Reply = std::function<void(Result<>)>;
  using Started = std::function<void(Result<StartRecord>)>;

  Containers(Loop&, NodePaths, Cgroups, std::function<void(const ContainerStatus&)> exited,
             Probes::Ended probed);
  ~Containers();
  Containers(const Containers&) = delete;
  Containers& operator=(const Containers&) = delete;

  // Finds again what ran, or ended, under a supervisor before this one.
  void recover(const std::map<std::string, Stdio::Kept>& kept);

  void run(const std::string& id, Started);
  Result<> signal(const std::string& id, int signal);
  // Host::probe.
  Result<> probe(const std::string& id, std::int64_t timeout_ms);
  // Before another program takes over, who would not know of them.
  void abandon_probes() { probes_.abandon(); }
  std::optional<ContainerStatus> get(const std::string& id) const;
  std::vector<ContainerStatus> list(const std::string& after, std::size_t most) const;
  void remove(const std::string& id, Reply);

  // Children ended (SIGCHLD).
  void reap();
  // Ends calls of crun that take too long.
  void tick();
  std::size_t running() const;
  // Being started: neither get() nor list() tells of them yet.
  std::size_t launching() const;
  // No call of crun under way, no exit status on its way to the disk.
  bool idle();
  std::map<std::string, Stdio::Kept> kept() const;

 private:
  struct Child;

  void recover_one(const std::string& id, Stdio::Kept);
  bool adopt(Child&, const StartRecord&);
  Result<> launch(Child&);
  // `failure`: why crun did not end well; empty: it did.
  void launched(const std::string& id, const std::string& failure);
  Result<StartRecord> record_start(Child&);
  void watch_stranger(Child&);
  void finish(Child&, int exit_code, bool code_known, bool host_restarted = false);
  void exit_written();
  void clean_up(Child&);
  void unmount(const Child&);
  void cleaned_up(const std::string& id);
  Result<pid_t> spawn_crun(const std::vector<std::string>& argv, SpawnOptions);
  ContainerStatus status(const Child&) const;

  Loop& loop_;
  const NodePaths paths_;
  const Cgroups cgroups_;
  const std::function<void(const ContainerStatus&)> exited_;
  const std::string boot_id_;
  const LayerMounts layer_mounts_;
  ExitWriter exit_writer_;
  SealedProgram crun_;
  Probes probes_;
  std::map<std::string, std::unique_ptr<Child>> children_;
  std::map<pid_t, std::string> by_pid_;      // first processes that are our children
  std::map<pid_t, std::string> by_runtime_;  // calls of crun
  // Exit codes of children that nobody had named when they ended. A container becomes our child when a helper
  // of crun's ends, and may be over before crun itself is, which names it.
  std::map<pid_t, int> unnamed_;
  std::uint64_t launches_ = 0;
};

}  // namespace slipway::runtime
