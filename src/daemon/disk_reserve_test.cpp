#include "daemon/disk_reserve.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>

#include "base/random.hpp"

namespace slipway::daemon {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t mib = 1 << 20;

// A file system of 400 MiB.
class DiskReserveTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SystemRandom random;
    path = fs::temp_directory_path() / ("slipway-disk-" + random_hex(random, 8));
    fs::create_directories(path);
    if (::mount("none", path.c_str(), "tmpfs", 0, "size=400m") != 0)
      GTEST_SKIP() << "needs root: a file system of its own";
  }
  void TearDown() override {
    ::umount2(path.c_str(), MNT_DETACH);
    fs::remove_all(path);
  }
  std::uint64_t free_bytes() {
    struct statvfs disk;
    return ::statvfs(path.c_str(), &disk) == 0 ? disk.f_bavail * disk.f_frsize : 0;
  }
  // Fills it until so much is free.
  void leave(std::uint64_t bytes, const char* name = "filler") {
    const int fd = ::open((path / name).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (const std::uint64_t free = free_bytes(); free > bytes)
      ASSERT_EQ(::posix_fallocate(fd, 0, off_t(free - bytes)), 0);
    ::close(fd);
  }

  fs::path path;
};

TEST_F(DiskReserveTest, IsGivenUpWhenNothingElseIsLeftAndMadeAgain) {
  DiskReserve reserve(path);
  EXPECT_EQ(reserve.look(), DiskSpace::enough);
  EXPECT_LT(free_bytes(), 370 * mib) << "it takes real space";
  leave(100 * mib);
  EXPECT_EQ(reserve.look(), DiskSpace::low);
  leave(0);
  EXPECT_EQ(reserve.look(), DiskSpace::low) << "with what was kept back";
  EXPECT_FALSE(fs::exists(path / "reserve"));
  leave(0, "more");
  EXPECT_EQ(reserve.look(), DiskSpace::none);
  fs::remove(path / "more");
  EXPECT_EQ(reserve.look(), DiskSpace::low);
  EXPECT_FALSE(fs::exists(path / "reserve")) << "not while space is low";
  fs::remove(path / "filler");
  EXPECT_EQ(reserve.look(), DiskSpace::enough);
  EXPECT_TRUE(fs::exists(path / "reserve"));
}

}  // namespace
}  // namespace slipway::daemon
