// What a container may not do, each tried from inside a real one.
#include "runtime/cgroup/cgroups.hpp"
#include "runtime/host_fixture.hpp"
#include "runtime/oci/apparmor.hpp"

namespace slipway::runtime {
namespace {

class SecurityTest : public HostTest {
 protected:
  // Each line of `attacks` is tried; those that went through are returned.
  std::string gone_through(ContainerSpec spec, std::initializer_list<const char*> attacks) {
    std::string script;
    for (const char* attack : attacks)
      script += "( " + std::string(attack) + " ) >/dev/null 2>&1 && echo '" + attack + "'\n";
    spec.argv = {"/bin/sh", "-c", script + "true"};
    return run(spec);
  }
};

TEST_F(SecurityTest, WhatSteersTheHostIsReadOnlyOrHidden) {
  // Opened for writing, and nothing written: a wall that is missing must not harm the machine that shows it.
  EXPECT_EQ(
      gone_through(
          shell("paths", ""),
          {": > /proc/sys/kernel/panic", ": > /proc/sys/kernel/core_pattern", ": > /proc/sys/vm/drop_caches",
           ": > /proc/sysrq-trigger", ": > /sys/kernel/uevent_seqnum", ": > /sys/kernel/mm/ksm/run",
           "[ -n \"$(head -c 1 /proc/kcore)\" ]", "[ -n \"$(head -c 1 /proc/keys)\" ]",
           "[ -n \"$(head -c 1 /proc/timer_list)\" ]", "[ -n \"$(head -c 1 /proc/interrupts)\" ]",
           "[ -n \"$(ls -A /sys/firmware)\" ]", "[ -n \"$(ls -A /proc/scsi)\" ]"}),
      "");
}

TEST_F(SecurityTest, NoMountsNamespacesOrDevices) {
  EXPECT_EQ(gone_through(shell("kernel", ""), {"mount -t tmpfs x /tmp",
                                               "mount -t proc x /tmp",
                                               "mount -o remount,rw /proc/sys",
                                               "umount /proc/kcore",
                                               "umount /sys/firmware",
                                               "busybox unshare -m true",
                                               "busybox unshare -U true",
                                               "busybox unshare -n true",
                                               "busybox nsenter -t 1 -m true",
                                               "busybox chroot /tmp /bin/true",
                                               "busybox swapon /etc/notes",
                                               "busybox dmesg",
                                               "busybox insmod /etc/notes",
                                               "busybox reboot -f",
                                               "busybox date -s 2020-01-01; [ $(busybox date +%Y) = 2020 ]",
                                               "busybox mknod /tmp/disk b 254 0 && head -c 1 /tmp/disk",
                                               "busybox mknod /tmp/memory c 1 1 && head -c 1 /tmp/memory",
                                               "busybox mknod /tmp/log c 1 11 && head -c 1 /tmp/log",
                                               "[ -e /dev/kmsg ]",
                                               "[ -e /dev/mem ]",
                                               "[ -e /dev/kvm ]",
                                               "[ -e /dev/vda ]"}),
            "");
  EXPECT_EQ(run(shell("devices", "cd /dev; echo *")),
            "core fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero\n");
}

TEST_F(SecurityTest, ControlGroupsAreReadOnly) {
  auto spec = shell("groups", "");
  spec.memory_bytes = 64 << 20;
  if (Cgroups::detect().v2())
    EXPECT_EQ(
        gone_through(spec, {"busybox mkdir /sys/fs/cgroup/x", "echo max > /sys/fs/cgroup/memory.max",
                            "echo max > /sys/fs/cgroup/pids.max", "echo 1 > /sys/fs/cgroup/cgroup.procs"}),
        "");
  else  // what holds the hierarchies is a tmpfs of the container's own
    EXPECT_EQ(
        gone_through(
            spec, {"busybox mkdir /sys/fs/cgroup/memory/x", "echo /x > /sys/fs/cgroup/memory/release_agent",
                   "echo -1 > /sys/fs/cgroup/memory/memory.limit_in_bytes",
                   "echo max > /sys/fs/cgroup/pids/pids.max", "echo 1 > /sys/fs/cgroup/pids/cgroup.procs",
                   "echo a > /sys/fs/cgroup/devices/devices.allow"}),
        "");
}

TEST_F(SecurityTest, NeighboursAreNeitherSeenNorReached) {
  auto victim = shell("victim", "export SECRET=secret-of-a-task; exec sleep 1000");
  auto started = host->start_container(victim);
  ASSERT_TRUE(started) << started.error().message;
  const std::string pid = std::to_string(started->pid);
  EXPECT_EQ(gone_through(shell("neighbour", ""), {("kill -0 " + pid).c_str(), ("ls /proc/" + pid).c_str()}),
            "");
  EXPECT_EQ(run(shell("looking", "cat /proc/[0-9]*/environ | busybox grep -c of-a-task; true")), "0\n");
  // Even where it sees them, in the host's PID namespace, it may not look into those of others.
  auto host_pids = shell("host-pids", "");
  host_pids.pid_of = "host";
  host_pids.user = "app";
  EXPECT_EQ(gone_through(host_pids, {("head -c 1 /proc/" + pid + "/environ").c_str(),
                                     ("ls /proc/" + pid + "/root/").c_str(), ("kill -9 " + pid).c_str()}),
            "");
  EXPECT_EQ(host->container("victim")->state, ContainerStatus::State::running);
}

TEST_F(SecurityTest, AForkBombEndsAtItsLimit) {
  EXPECT_EQ(
      run(shell("default", "cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null; true")),
      "4096\n");
  auto bomb = shell("bomb", "for i in $(busybox seq 200); do sleep 1000 & done; exec sleep 1000");
  bomb.pids = 20;
  ASSERT_TRUE(host->start_container(bomb));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  if (auto stats = host->stats("bomb")) EXPECT_LE(stats->pids, 20u);
  EXPECT_EQ(run(shell("after", "echo others go on")), "others go on\n");
}

TEST_F(SecurityTest, NewPrivilegesOnlyWhereTheDefinitionSaysSo) {
  const std::string script = "busybox grep -E 'NoNewPrivs|CapBnd|CapInh|CapAmb' /proc/self/status";
  EXPECT_EQ(
      run(shell("plain", script)),
      "CapInh:\t0000000000000000\nCapBnd:\t00000000a80425fb\nCapAmb:\t0000000000000000\nNoNewPrivs:\t0\n");
  auto bound = shell("bound", "busybox grep NoNewPrivs /proc/self/status");
  bound.no_new_privileges = true;
  EXPECT_EQ(run(bound), "NoNewPrivs:\t1\n");
}

// The supervisor's score keeps it alive when the host runs out of memory; a container must not have it.
TEST_F(SecurityTest, TheHostsLackOfMemoryTakesContainersFirst) {
  EXPECT_EQ(run(shell("score", "cat /proc/self/oom_score_adj")), "1\n");
}

// Keys of one container, or the supervisor's, are not another's: seen by a program that seccomp lets ask.
TEST_F(SecurityTest, EveryContainerHasAKeyringOfItsOwn) {
  const auto keyring = [&](const std::string& id) {
    auto spec = shell(id, "");
    spec.argv = {"/probe", "session-keyring"};
    spec.seccomp = false;
    spec.mounts = {
        {.source = std::filesystem::read_symlink("/proc/self/exe"), .target = "/probe", .read_only = true}};
    for (const char* part : {"/lib", "/lib64", "/usr/lib"})
      if (std::filesystem::exists(part))
        spec.mounts.push_back({.source = part, .target = part, .read_only = true});
    return run(spec);
  };
  const std::string one = keyring("one"), two = keyring("two");
  EXPECT_NE(one, "");
  EXPECT_NE(one, two);
  EXPECT_EQ(run(shell("masked", "cat /proc/keys")), "");
}

TEST_F(SecurityTest, AppArmorRefusesWhatACapabilityWouldAllow) {
  auto spec = shell("confined",
                    "cat /proc/self/attr/current; mount -t tmpfs x /tmp 2>/dev/null && echo mounted; true");
  spec.cap_add = {"SYS_ADMIN"};
  auto other = shell("other", "true");
  other.apparmor = "no-such-profile";
  const auto started = host->start_container(other);
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().message.find("AppArmor"), std::string::npos) << started.error().message;
  if (!apparmor_enabled()) GTEST_SKIP() << "this kernel has no AppArmor, or it is off";
  EXPECT_EQ(run(spec), std::string(apparmor_profile_name) + " (enforce)\n");
  spec.id = "unconfined";
  spec.apparmor = "unconfined";
  EXPECT_EQ(run(spec), "unconfined\nmounted\n");
}

}  // namespace
}  // namespace slipway::runtime
