#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "runtime/container.hpp"

namespace slipway::runtime {

// The control groups of this host, of either version (kernel: admin-guide/cgroup-v1, admin-guide/cgroup-v2).
// A group is named by its path below every hierarchy's root: "slipway-<node>/<task>/<container>". In version
// 1 it is one directory in each hierarchy.
class Cgroups {
 public:
  // v1: controllers in hierarchies of their own. hybrid: so, with a version 2 tree beside them. v2: only
  // that.
  enum class Mode { none, v1, hybrid, v2 };

  // What /proc/self/mountinfo holds now.
  static Cgroups detect();
  static Cgroups parse(std::string_view mountinfo);

  Mode mode() const;
  bool v2() const { return mode() == Mode::v2; }
  bool has(std::string_view controller) const;
  std::vector<std::string> controllers() const;
  // Controllers that the version 2 tree of a hybrid host offers: crun 1.8 refuses a host where there is one.
  std::vector<std::string> unified_controllers() const;
  const std::string& unified_mount() const { return unified_; }

  // Whether a group's swap can be held to a size, and its pages be given a swappiness of their own.
  bool limits_swap() const;
  bool has_swappiness() const { return mode() == Mode::v1 || mode() == Mode::hybrid; }

  // The group's directory in the hierarchy of `controller`; empty where there is none.
  std::string directory(std::string_view controller, std::string_view group) const;
  // In every hierarchy.
  std::vector<std::string> directories(std::string_view group) const;

  // In every hierarchy, parents too; in version 2 its parents hand their controllers on.
  Result<> create(std::string_view group) const;
  Result<> enter(std::string_view group, pid_t) const;
  Result<> limit(std::string_view group, const TaskCgroupSpec&) const;
  // Only its own, as one controller's hierarchy has them.
  std::vector<pid_t> direct_processes(std::string_view controller, std::string_view group) const;
  // Those below it as well.
  std::vector<pid_t> processes(std::string_view group) const;
  // SIGKILL to all of them until none is left, for `timeout_ms` at most; false when some remain.
  bool kill_all(std::string_view group, std::int64_t timeout_ms) const;
  // With everything below it. Waits a little for processes that are going.
  Result<> remove(std::string_view group) const;
  // Its direct subgroups, in any hierarchy.
  std::vector<std::string> children(std::string_view group) const;
  // It and all below it, in all hierarchies.
  std::size_t count(std::string_view group) const;

  std::uint64_t oom_kills(std::string_view group) const;
  // Fills everything but the network.
  void read(std::string_view group, ContainerStats&) const;

 private:
  void read_v1(std::string_view group, ContainerStats&) const;
  void read_v2(std::string_view group, ContainerStats&) const;

  std::map<std::string, std::string, std::less<>> v1_;  // controller, or "name=systemd", to its mount point
  std::string unified_;
};

}  // namespace slipway::runtime
