#include "runtime/system/sealed_program.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "runtime/system/process.hpp"

namespace slipway::runtime {
namespace {

class SealedProgramTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/slipway-sealed-XXXXXX";
    directory_ = ::mkdtemp(name);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  int run(const std::string& program, const std::string& path) {
    auto pid = spawn({program}, {.program = path});
    if (!pid) return -1;
    siginfo_t info{};
    ::waitid(P_PID, id_t(*pid), &info, WEXITED);
    return exit_code_of(info.si_code, info.si_status);
  }

  std::string directory_;
};

TEST_F(SealedProgramTest, RunsACopyThatCannotBeChanged) {
  SealedProgram sealed;
  const std::string path = sealed.path("true");
  ASSERT_TRUE(path.starts_with("/proc/")) << path;
  EXPECT_EQ(run("true", path), 0);
  EXPECT_EQ(run("false", sealed.path("false")), 1);
  const Fd writable(::open(sealed.path("false").c_str(), O_WRONLY | O_CLOEXEC));
  EXPECT_LT(::write(writable.get(), "x", 1), 0);
}

TEST_F(SealedProgramTest, IsMadeOnceAndAgainWhenTheFileChanges) {
  const std::string program = directory_ + "/program";
  std::filesystem::copy_file("/bin/true", program);
  SealedProgram sealed;
  const std::string first = sealed.path(program);
  struct stat before, again, after;
  ASSERT_EQ(::stat(first.c_str(), &before), 0);
  ASSERT_EQ(::stat(sealed.path(program).c_str(), &again), 0);
  EXPECT_EQ(before.st_ino, again.st_ino);
  std::filesystem::copy_file("/bin/false", directory_ + "/new");
  std::filesystem::rename(directory_ + "/new", program);
  const std::string second = sealed.path(program);
  ASSERT_EQ(::stat(second.c_str(), &after), 0);
  EXPECT_NE(before.st_ino, after.st_ino);
  EXPECT_EQ(run(program, second), 1);
}

TEST_F(SealedProgramTest, LeavesAloneWhatItCannotCopy) {
  const std::string script = directory_ + "/script";
  ASSERT_TRUE(write_file(script, "#!/bin/sh\nexit 7\n", 0755));
  SealedProgram sealed;
  EXPECT_EQ(sealed.path(script), script);
  EXPECT_EQ(run(script, sealed.path(script)), 7);
  EXPECT_EQ(sealed.path("/no/such/program"), "/no/such/program");
  EXPECT_EQ(sealed.path("no-such-program"), "no-such-program");
}

}  // namespace
}  // namespace slipway::runtime
