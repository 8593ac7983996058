#include "runtime/cgroup/warm_up.hpp"

#include <gtest/gtest.h>

#include "runtime/system/files.hpp"

namespace slipway::runtime {
namespace {

constexpr std::string_view v1_mounts =
    "30 25 0:26 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
    "31 25 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "32 25 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
constexpr std::string_view v2_mounts = "30 25 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";

TEST(CgroupWarmUp, FindsTheGroupThatAProcessIsIn) {
  const Cgroups v1 = Cgroups::parse(v1_mounts), v2 = Cgroups::parse(v2_mounts);
  EXPECT_EQ(own_group_file(v1, "0::/\n9:pids:/x\n4:memory:/a/b\n"), "/sys/fs/cgroup/memory/a/b/cgroup.procs");
  EXPECT_EQ(own_group_file(v1, "3:cpu,cpuacct:/\n"), "/sys/fs/cgroup/cpu,cpuacct/cgroup.procs");
  EXPECT_EQ(own_group_file(v2, "0::/system.slice/slipway.service\n"),
            "/sys/fs/cgroup/system.slice/slipway.service/cgroup.procs");
}

TEST(CgroupWarmUp, LeavesAloneWhatItCannotSee) {
  const Cgroups v1 = Cgroups::parse(v1_mounts), v2 = Cgroups::parse(v2_mounts);
  EXPECT_EQ(own_group_file(v2, "0::/../outside\n"), "");
  EXPECT_EQ(own_group_file(v1, "0::/a\n"), "");
  EXPECT_EQ(own_group_file(v2, ""), "");
  EXPECT_EQ(own_group_file(v2, "nonsense\n:\n"), "");
}

TEST(CgroupWarmUp, MovesNothing) {
  const std::string before = read_file_or_empty("/proc/self/cgroup");
  {
    CgroupWarmUp warm_up(Cgroups::detect());
    for (int at = 0; at < 3; ++at) warm_up.begin();
  }
  EXPECT_EQ(read_file_or_empty("/proc/self/cgroup"), before);
}

}  // namespace
}  // namespace slipway::runtime
