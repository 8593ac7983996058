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

// A subnet of another block, and so of another gateway, comes after the VPC's router.
TEST(Routers, LearnWhatALaterTaskKnows) {
  test::World world;
  world.live([&world]() -> http::Task<void> {
    co_await test::start(world, std::string(test::hello) + test::awsvpc);
    EXPECT_EQ(world.host.blocks_of("vpc-1"), std::vector<std::string>{"172.31.0.0/16"});
    std::string later = std::string(test::hello) + test::awsvpc;
    const std::string known = "'vpcCidrs':['172.31.0.0/16']";
    EXPECT_NE(later.find(known), later.npos);
    later.replace(later.find(known), known.size(), "'vpcCidrs':['172.31.0.0/16','10.1.0.0/16']");
    wire::Value another = test::run_task(later);
    another.set("arn", "arn:aws:ecs:us-east-1:000000000000:task/default/00000000000000000000000000000002");
    co_await world.server.send(test::payload("m2", another));
    EXPECT_TRUE(co_await world.until([&world] { return world.host.task_networks() == 2; }));
    EXPECT_EQ(world.host.blocks_of("vpc-1"), (std::vector<std::string>{"172.31.0.0/16", "10.1.0.0/16"}));
  });
}

// Routes are changed while the task runs, and while the agent is away.
TEST(Routers, AreToldOfAWayOutThatComesAndGoes) {
  const std::string id = "aab05ecb00000000000000000000000f";
  test::World world;
  world.live([&]() -> http::Task<void> {
    co_await test::start(world, std::string(test::hello) + test::awsvpc);
    EXPECT_TRUE(world.host.reaches_outside(id));
    co_await world.server.send(test::json(
        "{'type':'SlipwayWayOutMessage','message':{'messageId':'w','tasks':[{'arn':'arn:aws:ecs:us-east-1:"
        "000000000000:task/default/nobody','internet':false},{'arn':'arn:aws:ecs:us-east-1:000000000000:task/"
        "default/" + id + "','internet':false}]}}"));
    EXPECT_TRUE(co_await world.until([&] { return !world.host.reaches_outside(id); }));
    std::string again = std::string(test::hello) + test::awsvpc;
    again.replace(again.find("'slipway':{"), 11, "'slipway':{'internet':true,");
    co_await world.server.send(test::payload("m2", test::run_task(again)));
    EXPECT_TRUE(co_await world.until([&] { return world.host.reaches_outside(id); }));
  });
}

}  // namespace
}  // namespace slipway::agent
