#include <signal.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "runtime/host_fixture.hpp"
#include "runtime/system/erofs.hpp"

namespace slipway::runtime {
namespace {

namespace fs = std::filesystem;

// Images whose layers are erofs files.
class LayersTest : public HostTest {
 protected:
  void SetUp() override {
    HostTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    if (const auto probed = probe_erofs(directory); !probed)
      GTEST_SKIP() << "no erofs: " << probed.error().message;
    const std::string above = directory / "above";
    for (const char* part : {"etc", "www", "home"}) fs::create_directories(above + "/" + part);
    ASSERT_EQ(::mknod((above + "/etc/notes").c_str(), S_IFCHR, makedev(0, 0)), 0);  // a whiteout
    ASSERT_EQ(::setxattr((above + "/www").c_str(), "trusted.overlay.opaque", "y", 1, 0), 0);
    ASSERT_TRUE(write_file(above + "/www/new", "above\n", 0640));
    ASSERT_EQ(::chown((above + "/www/new").c_str(), 1001, 1002), 0);
    for (const std::string& layer : {above, image}) {
      layers.push_back(layer + ".erofs");
      const auto made = make_erofs(layer, layers.back());
      ASSERT_TRUE(made) << made.error().message;
    }
  }

  ContainerSpec on_erofs(const std::string& id, const std::string& script) {
    ContainerSpec spec = shell(id, script);
    spec.layers = layers;
    return spec;
  }

  std::size_t erofs_mounts() {
    const std::string mounts = read_file_or_empty("/proc/" + std::to_string(supervisor_pid()) + "/mountinfo");
    std::size_t count = 0;
    for (std::size_t at = mounts.find(" - erofs "); at != mounts.npos; at = mounts.find(" - erofs ", at + 1))
      ++count;
    return count;
  }

  std::vector<std::string> layers;
};

TEST_F(LayersTest, AContainerSeesTheStackAndWritesBesideIt) {
  auto spec =
      on_erofs("one",
               "ls /etc; ls /www; stat -c '%a %u %g' /www/new; cat /www/new; echo own > /www/new; "
               "cat /www/new; rm /bin/httpd; ls /bin/httpd 2>/dev/null; echo x > /etc/passwd; echo end");
  EXPECT_EQ(run(spec), "group\npasswd\nnew\n640 1001 1002\nabove\nown\nend\n");
  auto named = on_erofs("two", "id -u; id -g; cat /www/new");
  named.user = "app";
  EXPECT_EQ(run(named), "1001\n1002\nabove\n")
      << "names are looked up in the layers; nothing was written to them";
}

TEST_F(LayersTest, ContainersShareTheMountsAndTheLastTakesThemAlong) {
  EXPECT_EQ(erofs_mounts(), 0u);
  for (const char* id : {"one", "two"}) ASSERT_TRUE(host->start_container(on_erofs(id, "sleep 100")));
  EXPECT_EQ(erofs_mounts(), 2u);
  ASSERT_TRUE(host->signal_container("one", SIGKILL));
  wait_exit("one");
  EXPECT_EQ(erofs_mounts(), 2u);
  ASSERT_TRUE(host->signal_container("two", SIGKILL));
  wait_exit("two");
  EXPECT_TRUE(eventually([&] { return erofs_mounts() == 0; }));
}

TEST_F(LayersTest, AKilledSupervisorLeavesThemToItsContainers) {
  ASSERT_TRUE(host->start_container(
      on_erofs("long", "while [ ! -e /tmp/go ]; do sleep 0.05; done; cat /www/new; exit 3")));
  const pid_t before = supervisor_pid();
  ASSERT_EQ(::kill(before, SIGKILL), 0);
  ASSERT_TRUE(eventually([&] {
    const pid_t now = supervisor_pid();
    return now > 0 && now != before && host->container("long");
  }));
  EXPECT_EQ(run(on_erofs("next", "cat /www/new")), "above\n") << "mounted anew";
  EXPECT_EQ(host->container("long")->state, ContainerStatus::State::running);
  ASSERT_TRUE(write_file("/proc/" + std::to_string(host->container("long")->pid) + "/root/tmp/go", "", 0644));
  wait_exit("long");
  EXPECT_EQ(output_of("long"), "above\n");
}

// Kernels before 6.12 mount devices only.
TEST_F(LayersTest, ALoopDeviceDoesAsWellAndFreesItself) {
  const auto backed = [&] {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator("/sys/block"))
      count += read_file_or_empty(entry.path().string() + "/loop/backing_file").starts_with(layers[1]);
    return count;
  };
  {
    const auto mounted = mount_erofs(layers[1], false);
    if (!mounted) GTEST_SKIP() << "no loop devices: " << mounted.error().message;
    EXPECT_TRUE(mounted->loop);
    EXPECT_EQ(backed(), 1u);
    const std::string notes = "/proc/self/fd/" + std::to_string(mounted->root.get()) + "/etc/notes";
    EXPECT_EQ(read_file_or_empty(notes), "not a program\n");
  }
  EXPECT_TRUE(eventually([&] { return backed() == 0; }));
}

TEST_F(LayersTest, ALayerThatIsGoneOrDamagedIsAnErrorAndLeavesNothing) {
  auto spec = on_erofs("bad", "true");
  ASSERT_TRUE(write_file(layers[0], std::string(8'192, 'x'), 0600));
  EXPECT_FALSE(host->start_container(spec));
  fs::remove(layers[0]);
  EXPECT_FALSE(host->start_container(spec));
  EXPECT_EQ(erofs_mounts(), 0u);
}

}  // namespace
}  // namespace slipway::runtime
