#include "runtime/host_fixture.hpp"
#include "runtime/system/disk_quota.hpp"

namespace slipway::runtime {
namespace {

using DiskTest = HostTest;

TEST_F(DiskTest, WhatATaskHasWrittenIsCounted) {
  const std::string volume = directory / "volume";
  std::filesystem::create_directories(volume);
  ASSERT_TRUE(host->create_task_cgroup(
      {.task_id = "t-writer", .disk_bytes = 64 << 20, .disk_directories = {volume}}));
  auto spec = shell(
      "writer", "dd if=/dev/zero of=/a bs=1M count=8 && dd if=/dev/zero of=/data/b bs=1M count=4 && sync");
  spec.mounts = {{.source = volume, .target = "/data"}};
  (void)run(spec);
  auto disk = host->task_disk("t-writer", std::vector{volume});
  ASSERT_TRUE(disk) << disk.error().message;
  EXPECT_EQ(disk->enforced, enforces_projects(options.node_dir));
  EXPECT_GE(disk->bytes, 12u << 20);
  EXPECT_LT(disk->bytes, 16u << 20);
  EXPECT_TRUE(host->remove_container("writer"));
  EXPECT_TRUE(host->delete_task_cgroup("t-writer"));
  EXPECT_FALSE(std::filesystem::exists(options.node_dir + "/disk/t-writer"));
}

TEST_F(DiskTest, AProjectQuotaHoldsATaskToItsShare) {
  if (!enforces_projects(options.node_dir))
    GTEST_SKIP() << "the file system of " << options.node_dir << " has no project quotas switched on";
  const std::string volume = directory / "volume";
  std::filesystem::create_directories(volume);
  for (const char* task : {"small", "other"})
    ASSERT_TRUE(
        host->create_task_cgroup({.task_id = task, .disk_bytes = 8 << 20, .disk_directories = {volume}}));
  const auto write = [&](const std::string& id, const std::string& task, const std::string& path, int mib) {
    auto spec = shell(id, "dd if=/dev/zero of=" + path + " bs=1M count=" + std::to_string(mib) +
                              " 2>/dev/null && echo written");
    spec.task_id = task;
    spec.mounts = {{.source = volume, .target = "/data"}};
    auto started = host->start_container(spec);
    EXPECT_TRUE(started) << started.error().message;
    wait_exit(id);
    return output_of(id);
  };
  EXPECT_EQ(write("fits", "small", "/a", 4), "written\n");
  EXPECT_EQ(write("too-much", "small", "/b", 8), "");  // two containers, one share
  EXPECT_EQ(write("neighbour", "other", "/c", 4), "written\n");
  EXPECT_EQ(write("volume", "other", "/data/d", 8), "");  // its volume as well
  // Asked again, as by an agent that was killed: the same project, nothing lost.
  ASSERT_TRUE(host->create_task_cgroup({.task_id = "small", .disk_bytes = 8 << 20}));
  EXPECT_GE(host->task_disk("small", {})->bytes, 4u << 20);
  EXPECT_TRUE(host->task_disk("small", {})->enforced);
}

}  // namespace
}  // namespace slipway::runtime
