// Not a test of correctness: prints what a launch costs here. Run with --gtest_also_run_disabled_tests.
#include <algorithm>
#include <cstdio>

#include "runtime/host_fixture.hpp"

namespace slipway::runtime {
namespace {

using Clock = std::chrono::steady_clock;

void print(const char* what, std::vector<double> ms) {
  std::ranges::sort(ms);
  std::printf("%-34s p50 %6.2f ms  min %6.2f  p90 %6.2f\n", what, ms[ms.size() / 2], ms.front(),
              ms[ms.size() * 9 / 10]);
}

template <class Work>
double timed(Work work) {
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

using LaunchTest = HostTest;

TEST_F(LaunchTest, DISABLED_Latency) {
  ASSERT_TRUE(host->ensure_vpc({"vpc-1", {"10.77.0.0/16"}, {}}));
  std::vector<double> network, start, remove, drop;
  for (int at = 0; at < 60; ++at) {
    const std::string id = "c" + std::to_string(at);
    Result<TaskNetwork> net;
    network.push_back(timed([&] {
      net =
          host->create_task_network({id, "vpc-1", "10.77.1." + std::to_string(at + 1), "02:00:00:00:00:01"});
    }));
    ASSERT_TRUE(net) << net.error().message;
    auto spec = shell(id, "exec sleep 100");
    spec.network = {NetworkNamespace::Kind::path, net->netns_path};
    spec.memory_bytes = 64 << 20;
    Result<StartedContainer> started;
    start.push_back(timed([&] { started = host->start_container(spec); }));
    ASSERT_TRUE(started) << started.error().message;
    ASSERT_TRUE(host->signal_container(id, SIGKILL));
    wait_exit(id);
    remove.push_back(timed([&] { (void)host->remove_container(id); }));
    drop.push_back(timed([&] { (void)host->delete_task_network(id); }));
  }
  print("create_task_network", network);
  print("start_container", start);
  print("remove_container", remove);
  print("delete_task_network", drop);
}

}  // namespace
}  // namespace slipway::runtime
