#include "agent/image/confine.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <functional>

#include "agent/image/files.hpp"
#include "agent/image/images_test.hpp"
#include "runtime/system/erofs.hpp"
#include "runtime/system/process.hpp"

namespace slipway::agent {
namespace {

namespace fs = std::filesystem;

bool opens(const char* path, int flags) {
  const Fd fd(::open(path, flags | O_CLOEXEC, 0600));
  return bool(fd);
}

struct Attack {
  const char* what;
  std::function<bool()> succeeds;
};

// What mkfs.erofs would try, were it taken over by the layer that it reads.
const Attack attacks[] = {
    {"reads the host's files",
     [] { return opens("/etc/passwd", O_RDONLY) || opens("/../etc/passwd", O_RDONLY); }},
    {"sees the host's processes", [] { return opens("/proc/1/status", O_RDONLY); }},
    {"signals its parent", [] { return ::kill(::getppid(), 0) == 0; }},
    {"limits its parent",
     [] {
       rlimit limit;
       return ::prlimit(::getppid(), RLIMIT_NOFILE, nullptr, &limit) == 0;
     }},
    {"changes the layer", [] { return opens("/layer/new", O_WRONLY | O_CREAT); }},
    {"changes the host's programs", [] { return opens("/usr/new", O_WRONLY | O_CREAT); }},
    {"mounts", [] { return ::mount("proc", "/tmp", "proc", 0, nullptr) == 0; }},
    {"opens a file system", [] { return ::fsopen("cgroup", 0) >= 0; }},
    {"takes a namespace of its own",
     [] { return ::unshare(CLONE_NEWUSER) == 0 || ::unshare(CLONE_NEWNS) == 0; }},
    {"goes up by handle",
     [] {
       struct file_handle handle{};
       return ::open_by_handle_at(AT_FDCWD, &handle, O_RDONLY) >= 0 || errno != EPERM;
     }},
    {"makes a device", [] { return ::mknod("/tmp/disk", S_IFBLK | 0600, makedev(8, 0)) == 0; }},
    {"gives files away", [] { return ::chown("/image", 1, 1) == 0; }},
    {"reaches the network",
     [] {
       const Fd socket(::socket(AF_INET, SOCK_RAW, 1));
       return bool(socket) || fs::exists("/sys/class/net/eth0");
     }},
    {"becomes another user", [] { return ::setuid(1'000) == 0; }},
    {"traces", [] { return ::syscall(SYS_ptrace, 0, 0, 0, 0) == 0; }},
};

}  // namespace

// In a child of its own: says which attacks succeed, one a line, and "done".
int walls_main(const char* directory, const char* file) {
  std::string said;
  if (auto shut_in = confine_mkfs(directory, file); !shut_in) {
    said = shut_in.error().message;
  } else {
    for (const Attack& attack : attacks)
      if (attack.succeeds()) said += std::string(attack.what) + "\n";
    // What it is for still works: any file, any attribute, the image, a scratch directory.
    char value[8];
    rlimit own;
    if (::getrlimit(RLIMIT_NOFILE, &own) != 0) said += "cannot read its own limits\n";
    if (!opens("/layer/secret", O_RDONLY)) said += "cannot read the layer\n";
    if (::lgetxattr("/layer/opaque", "trusted.overlay.opaque", value, sizeof value) != 1)
      said += "cannot read attributes\n";
    if (!opens("/image", O_WRONLY) || !opens("/tmp/scratch", O_WRONLY | O_CREAT)) said += "cannot write\n";
    said += "done\n";
  }
  (void)write_all(1, said, "standard output");
  ::_exit(0);
}

namespace {

class Confine : public testing::Test {
 protected:
  void SetUp() override {
    NEEDS_ROOT();
    fs::create_directories(here_.path / "layer/opaque");
    std::ofstream(here_ / "layer/secret") << "of another user\n";
    ASSERT_EQ(::chown((here_ / "layer/secret").c_str(), 4'711, 4'711), 0);
    ASSERT_EQ(::chmod((here_ / "layer/secret").c_str(), 0), 0);
    ASSERT_EQ(::lsetxattr((here_ / "layer/opaque").c_str(), "trusted.overlay.opaque", "y", 1, 0), 0);
  }
  TemporaryDirectory here_;
};

TEST_F(Confine, NothingOfTheHostIsWithinReachOfMkfs) {
  auto tried =
      runtime::run_helper({"/proc/self/exe", "try-walls", here_ / "layer", here_ / "image"}, "", 20'000);
  ASSERT_TRUE(tried) << tried.error().message;
  EXPECT_EQ(tried->out, "done\n") << tried->err;
  EXPECT_FALSE(fs::exists("/usr/layer")) << "the room is the child's alone";
}

TEST_F(Confine, TheErofsIsThatOfAnUnconfinedMkfs) {
  if (!runtime::run_helper({"mkfs.erofs", "--help"}, "", 5'000))
    GTEST_SKIP() << "needs mkfs.erofs (erofs-utils)";
  const auto made = runtime::make_erofs(here_ / "layer", here_ / "confined.erofs", erofs_maker({}));
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_TRUE(runtime::make_erofs(here_ / "layer", here_ / "plain.erofs"));
  EXPECT_GT(fs::file_size(here_ / "confined.erofs"), 0u);
  EXPECT_EQ(fs::file_size(here_ / "confined.erofs"), fs::file_size(here_ / "plain.erofs"));
  if (const auto mounted = runtime::probe_erofs(here_.path, erofs_maker({})); !mounted)
    GTEST_SKIP() << "cannot mount an erofs here: " << mounted.error().message;
}

TEST_F(Confine, WhyNoErofsWasMadeIsTold) {
  const auto made = runtime::make_erofs(here_ / "absent", here_ / "image.erofs", erofs_maker({}));
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message.find("no such file or directory"), std::string::npos)
      << made.error().message;
  EXPECT_FALSE(fs::exists(here_ / "image.erofs"));
}

}  // namespace
}  // namespace slipway::agent
