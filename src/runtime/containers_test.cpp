#include "runtime/host_fixture.hpp"

namespace slipway::runtime {
namespace {

using ContainerTest = HostTest;

TEST_F(ContainerTest, RunsAndTellsOutputAndExitCode) {
  const auto spec = shell("one", "echo out; echo err >&2; exit 7");
  EXPECT_EQ(run(spec, 7), "out\n");
  EXPECT_EQ(output_of("one", OutputRecord::Stream::err), "err\n");
}

}  // namespace
}  // namespace slipway::runtime
