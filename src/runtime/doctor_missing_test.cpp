// Each line of doctor on a host from which the thing was taken away: in a child with mounts of its own.
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "runtime/cgroup/cgroups.hpp"
#include "runtime/host_fixture.hpp"

namespace slipway::runtime {
namespace {

class MissingTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: it takes things away in namespaces";
    char name[] = "/tmp/slipway-missing-XXXXXX";
    directory = ::mkdtemp(name);
    options.node_id = "0a0b0c0d";
    options.node_dir = directory;
  }
  void TearDown() override {
    if (!directory.empty()) std::filesystem::remove_all(directory);
  }

  // "fail: what follows: what to do" of one line; empty where there is none.
  std::string line_without(const char* name, const std::function<bool()>& take_away) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const bool taken = ::unshare(CLONE_NEWNS) == 0 &&
                         ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 && take_away();
      std::string said = taken ? "" : "cannot be taken away";
      if (taken)
        for (const Check& check : doctor(options))
          if (check.name == name)
            said = (check.verdict == Check::Verdict::ok     ? "ok: "
                    : check.verdict == Check::Verdict::warn ? "warn: "
                                                            : "fail: ") +
                   check.found + ": " + check.consequence + ": " + check.remedy;
      (void)!::write(ends[1], said.data(), said.size());
      ::_exit(0);
    }
    ::close(ends[1]);
    std::string said;
    char buffer[4096];
    for (ssize_t got; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;)
      said.append(buffer, std::size_t(got));
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    return said;
  }

  // `text` is what `path` holds from now on.
  bool put_over(const std::string& path, const std::string& text) {
    const std::string file = directory + "/over";
    return write_file(file, text, 0644) &&
           ::mount(file.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) == 0;
  }

  static testing::AssertionResult has(const std::string& line, std::initializer_list<const char*> words) {
    for (const char* word : words)
      if (line.find(word) == line.npos)
        return testing::AssertionFailure() << "no \"" << word << "\" in: " << line;
    return testing::AssertionSuccess();
  }

  LinuxHostOptions options;
  std::string directory;
};

TEST_F(MissingTest, ControlGroups) {
  EXPECT_TRUE(has(line_without("control groups", [] { return ::umount2("/sys/fs/cgroup", MNT_DETACH) == 0; }),
                  {"fail: none", "missing: cpu, memory, pids", "cannot be limited", "/sys/fs/cgroup"}));
}

TEST_F(MissingTest, AControllerOfVersionOne) {
  const Cgroups cgroups = Cgroups::detect();
  if (cgroups.v2()) GTEST_SKIP() << "version 2 has all its controllers in one place";
  const std::string pids = cgroups.directory("pids", "");
  EXPECT_TRUE(has(line_without("control groups", [&] { return ::umount2(pids.c_str(), MNT_DETACH) == 0; }),
                  {"fail: version 1", "missing: pids"}));
}

TEST_F(MissingTest, VersionOneWithoutTheTreeOfVersionTwo) {
  const Cgroups cgroups = Cgroups::detect();
  if (cgroups.mode() != Cgroups::Mode::hybrid) GTEST_SKIP() << "this host is not hybrid";
  const std::string unified = cgroups.unified_mount();
  const auto take = [&] { return ::umount2(unified.c_str(), MNT_DETACH) == 0; };
  EXPECT_TRUE(has(line_without("control groups", take), {"ok: version 1 "}));
  EXPECT_TRUE(has(line_without("crun", take), {"ok: ", "ran a container"}));
}

TEST_F(MissingTest, Erofs) {
  constexpr const char* maker = "/usr/bin/mkfs.erofs";
  const auto take = [&] { return ::access(maker, F_OK) != 0 || put_over(maker, ""); };
  EXPECT_TRUE(has(line_without("erofs", take), {"warn: ", "are directories", "apt-get install erofs-utils"}));
}

TEST_F(MissingTest, Seccomp) {
  EXPECT_TRUE(
      has(line_without("seccomp", [&] { return put_over("/proc/sys/kernel/seccomp/actions_avail", ""); }),
          {"fail: ", "every system call", "CONFIG_SECCOMP_FILTER"}));
}

TEST_F(MissingTest, SpaceOnTheDisk) {
  EXPECT_TRUE(has(
      line_without("disk", [&] { return ::mount("small", directory.c_str(), "tmpfs", 0, "size=64m") == 0; }),
      {"warn: ", "MiB free", "--data-dir"}));
}

TEST_F(MissingTest, ProjectQuotas) {
  EXPECT_TRUE(has(line_without("ephemeral storage",
                               [&] { return ::mount("plain", directory.c_str(), "tmpfs", 0, "") == 0; }),
                  {"warn: no project quotas", "counted every 5 s", "prjquota"}));
}

TEST_F(MissingTest, AFileSystemThatOverlaysCanLieOn) {
  const auto take = [&] {
    for (const char* part : {"/lower", "/upper", "/work", "/merged"})
      std::filesystem::create_directories(directory + part);
    const std::string layers =
        "lowerdir=" + directory + "/lower,upperdir=" + directory + "/upper,workdir=" + directory + "/work";
    options.node_dir = directory + "/merged";
    return ::mount("overlay", options.node_dir.c_str(), "overlay", 0, layers.c_str()) == 0;
  };
  EXPECT_TRUE(has(line_without("overlayfs", take), {"fail: ", "not itself on an overlay"}));
}

TEST_F(MissingTest, SwapAccounting) {
  const Cgroups cgroups = Cgroups::detect();
  if (cgroups.v2()) GTEST_SKIP() << "version 2 accounts for swap wherever there is any";
  const std::string memory = cgroups.directory("memory", "");
  EXPECT_TRUE(
      has(line_without("swap", [&] { return ::mount("none", memory.c_str(), "tmpfs", 0, "size=64k") == 0; }),
          {"warn: not accounted for", "maxSwap are refused", "swapaccount=1"}));
}

TEST_F(MissingTest, ProgramsOfOthers) {
  options.crun = "/no/crun";
  options.nft = "/no/nft";
  options.apparmor_parser = "/no/parser";
  const auto nothing = [] { return true; };
  EXPECT_TRUE(has(line_without("crun", nothing), {"fail: not found", "apt-get install crun"}));
  EXPECT_TRUE(has(line_without("nftables", nothing), {"fail: ", "apt-get install nftables"}));
  EXPECT_TRUE(has(line_without("apparmor", nothing), {"warn: ", "one wall less"}));
}

TEST_F(MissingTest, Root) {
  const auto take = [] {
    return ::setgroups(0, nullptr) == 0 && ::setgid(65'534) == 0 && ::setuid(65'534) == 0;
  };
  EXPECT_TRUE(has(line_without("root", take), {"fail: uid 65534", "sudo"}));
  EXPECT_TRUE(has(line_without("namespaces", take), {"fail: missing: mnt", "CAP_SYS_ADMIN"}));
  EXPECT_TRUE(has(line_without("network links", take), {"fail: ", "no network but the host's"}));
}

TEST_F(MissingTest, UserNamespaces) {
  // In a user namespace of its own, so that no other program of this host feels it.
  EXPECT_TRUE(has(line_without("user namespaces",
                               [&] {
                                 return ::unshare(CLONE_NEWUSER) == 0 &&
                                        bool(write_control("/proc/sys/user/max_user_namespaces", "0"));
                               }),
                  {"warn: ", "fewer walls", "user.max_user_namespaces"}));
}

TEST_F(MissingTest, OpenFiles) {
  const auto take = [] {
    const rlimit few{1'024, 1'024};
    return ::setrlimit(RLIMIT_NOFILE, &few) == 0 && ::setgroups(0, nullptr) == 0 && ::setuid(65'534) == 0;
  };
  EXPECT_TRUE(has(line_without("limits", take), {"warn: open files 1024", "LimitNOFILE"}));
}

TEST_F(MissingTest, AFirewallThatForwardsNothing) {
  const auto take = [] {
    return ::unshare(CLONE_NEWNET) == 0 &&
           run_helper(
               {"nft", "-f", "-"},
               "table ip other {\nchain forward {\ntype filter hook forward priority 0; policy drop;\n}\n}\n",
               5'000)
                   .value_or(Finished{.exit_code = 1})
                   .exit_code == 0;
  };
  EXPECT_TRUE(has(line_without("forwarding", take), {"warn: ", "another table drops", "let links"}));
}

}  // namespace
}  // namespace slipway::runtime
