#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "runtime/cgroup/cgroups.hpp"

namespace slipway::runtime {

// Has the kernel's lock for moves between control groups ready by the time that a runtime wants it.
class CgroupWarmUp {
 public:
  explicit CgroupWarmUp(const Cgroups&);
  ~CgroupWarmUp();
  CgroupWarmUp(const CgroupWarmUp&) = delete;
  CgroupWarmUp& operator=(const CgroupWarmUp&) = delete;

  // From any thread, at the earliest sign of a launch. Returns at once.
  void begin();

 private:
  void run();

  const Cgroups cgroups_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool wanted_ = false, ending_ = false;
  std::thread thread_;
};

// The `cgroup.procs` of the group that a process is in, in one hierarchy; `proc_cgroup` is its
// /proc/<pid>/cgroup (cgroups(7)). Empty where there is none.
std::string own_group_file(const Cgroups&, std::string_view proc_cgroup);

}  // namespace slipway::runtime
