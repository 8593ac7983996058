#include "runtime/cgroup/warm_up.hpp"

#include <pthread.h>

#include <algorithm>

#include "runtime/system/files.hpp"

// To move a process the kernel takes cgroup_threadgroup_rwsem for writing. Unless cgroups are mounted with
// `favordynmods` its first taker after a rest waits for an RCU grace period, 8 to 16 ms at 250 Hz; for some
// 15 ms after, taking it costs 0.1 ms. A runtime takes it in the middle of a launch, while nothing else can
// go on. So we take it when a launch is first heard of, beside the network and the bundle, by a move that
// moves nothing: our own process to the group that it is in.
namespace slipway::runtime {

CgroupWarmUp::CgroupWarmUp(const Cgroups& cgroups) : cgroups_(cgroups), thread_([this] { run(); }) {
  ::pthread_setname_np(thread_.native_handle(), "cgroup-warm-up");
}

CgroupWarmUp::~CgroupWarmUp() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void CgroupWarmUp::begin() {
  {
    std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  changed_.notify_one();
}

void CgroupWarmUp::run() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return wanted_ || ending_; });
      if (ending_) return;
      wanted_ = false;
    }
    // Read anew: somebody may have moved us since.
    const std::string file = own_group_file(cgroups_, read_file_or_empty("/proc/self/cgroup"));
    if (!file.empty()) (void)write_control(file, "0");  // one that fails has only saved nothing
  }
}

std::string own_group_file(const Cgroups& cgroups, std::string_view proc_cgroup) {
  while (!proc_cgroup.empty()) {
    const std::string_view line = proc_cgroup.substr(0, proc_cgroup.find('\n'));
    proc_cgroup.remove_prefix(std::min(line.size() + 1, proc_cgroup.size()));
    // "4:memory:/a/group"; version 2 is "0::/a/group".
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == line.npos || second == line.npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    std::string_view group = line.substr(second + 1);
    if (!group.starts_with('/') || group.find("/..") != group.npos) continue;  // out of our sight
    group.remove_prefix(1);
    if (controllers.empty() != cgroups.v2()) continue;
    const std::string directory = cgroups.directory(controllers.substr(0, controllers.find(',')), group);
    if (!directory.empty()) return directory + (group.empty() ? "cgroup.procs" : "/cgroup.procs");
  }
  return {};
}

}  // namespace slipway::runtime
