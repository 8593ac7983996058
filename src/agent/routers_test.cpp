#include "agent/routers.hpp"

#include <gtest/gtest.h>

#include "agent/agent_test_util.hpp"

namespace slipway::agent {
namespace {

// The idle time is a minute: what is looked at here is what is remembered.
TEST(Routers, AreRememberedWhileTheyAreThere) {
  test::World world;
  world.live([&world]() -> http::Task<void> {
    co_await test::start(world, std::string(test::hello) + test::awsvpc);
  });
  TaskFiles files(world.directory.path);
  EXPECT_EQ(files.read_routers(), std::vector<std::string>{"vpc-1"});
}

TEST(Routers, AFailedOneIsMadeAgainForTheNextTask) {
  test::World world;
  world.host.fail_next("ensure_vpc", {"ResourceInitializationError", "no nft"});
  world.live([&world]() -> http::Task<void> {
    EXPECT_TRUE(co_await test::connected(world));
    std::string members = std::string(test::hello) + test::awsvpc;
    co_await world.server.send(test::payload("m1", test::run_task(members)));
    EXPECT_TRUE(co_await test::reported(world, "STOPPED"));
    wire::Value another = test::run_task(members);
    another.set("arn", "arn:aws:ecs:us-east-1:000000000000:task/default/00000000000000000000000000000002");
    co_await world.server.send(test::payload("m2", another));
    EXPECT_TRUE(co_await test::reported(world, "RUNNING"));
  });
}

}  // namespace
}  // namespace slipway::agent
