#include "runtime/spool_watch.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/inotify.h>

#include <filesystem>
#include <fstream>

namespace slipway::runtime {
namespace {

class SpoolWatchTest : public ::testing::Test {
 protected:
  SpoolWatchTest() {
    char name[] = "/tmp/slipway-spools-XXXXXX";
    top = ::mkdtemp(name);
  }
  ~SpoolWatchTest() override { std::filesystem::remove_all(top); }

  std::string folder(int at) {
    std::string path = top + "/" + std::to_string(at);
    std::filesystem::create_directories(path);
    return path;
  }
  static void write(const std::string& directory) {
    std::ofstream(directory + "/0.log", std::ios::app) << "x";
  }
  static bool woken(const SpoolWatch::Wake& wake, int timeout_ms = 5'000) {
    pollfd ready{wake.fd(), POLLIN, 0};
    return ::poll(&ready, 1, timeout_ms) == 1;
  }

  std::string top;
  std::shared_ptr<SpoolWatch> watch = *SpoolWatch::make();
};

TEST_F(SpoolWatchTest, MoreReadersThanAUserHasInotifyInstances) {
  std::vector<SpoolWatch::Wake> wakes;
  for (int at = 0; at < 500; ++at) {
    auto wake = watch->watch(folder(at));
    ASSERT_TRUE(wake) << wake.error().message;
    wakes.push_back(std::move(*wake));
  }
  for (int at = 0; at < 500; at += 2) write(folder(at));
  for (int at = 0; at < 500; at += 2) EXPECT_TRUE(woken(wakes[at])) << at;
  for (int at = 1; at < 500; at += 2) EXPECT_FALSE(woken(wakes[at], 0)) << "another's output";
}

TEST_F(SpoolWatchTest, IsQuietUntilMoreIsWritten) {
  auto wake = *watch->watch(folder(0));
  write(folder(0));
  EXPECT_TRUE(woken(wake));
  ::usleep(20'000);  // a write is two events at most: both are in
  wake.clear();
  EXPECT_FALSE(woken(wake, 20));
  write(folder(0));
  EXPECT_TRUE(woken(wake));
}

TEST_F(SpoolWatchTest, TwoReadersOfOneSpoolAndTheEndOfOne) {
  auto stays = *watch->watch(folder(0));
  {
    auto goes = *watch->watch(folder(0));
  }
  write(folder(0));
  EXPECT_TRUE(woken(stays));
}

TEST_F(SpoolWatchTest, ADirectoryThatGoesOrIsNotThere) {
  EXPECT_EQ(watch->watch(top + "/none").error().code, "ResourceNotFoundException");
  auto other = *watch->watch(folder(1));
  {
    auto wake = *watch->watch(folder(0));
    std::filesystem::remove_all(top + "/0");
  }
  write(folder(1));
  EXPECT_TRUE(woken(other));
}

TEST_F(SpoolWatchTest, LostEventsWakeEverybody) {
  auto one = *watch->watch(folder(0)), other = *watch->watch(folder(1));
  inotify_event lost{};
  lost.wd = -1;
  lost.mask = IN_Q_OVERFLOW;
  watch->tell(reinterpret_cast<const char*>(&lost), sizeof lost);
  EXPECT_TRUE(woken(one, 0));
  EXPECT_TRUE(woken(other, 0));
}

TEST_F(SpoolWatchTest, ReadersMayOutliveTheHost) {
  auto wake = *watch->watch(folder(0));
  watch.reset();
  write(folder(0));
  EXPECT_TRUE(woken(wake));
}

}  // namespace
}  // namespace slipway::runtime
