#include "agent/security_groups.hpp"

#include <gtest/gtest.h>

#include "agent/agent_test_util.hpp"

namespace slipway::agent {
namespace {

const char* told =
    ",'networkMode':'awsvpc','elasticNetworkInterfaces':[{'attachmentArn':'arn:attachment','ec2Id':'eni-1',"
    "'macAddress':'02:00:00:00:00:01','ipv4Addresses':[{'primary':true,'privateAddress':'172.31.0.9'}],"
    "'subnetGatewayIpv4Address':'172.31.0.1/20'}],'slipway':{'vpcId':'vpc-1','vpcCidrs':['172.31.0.0/16'],"
    "'securityGroupIds':['sg-1'],'securityGroups':[{'groupId':'sg-1','members':['172.31.0.9'],'rules':["
    "{'egress':false,'protocol':'tcp','fromPort':80,'toPort':81,'cidr':'10.0.0.0/8'},"
    "{'egress':true,'protocol':'-1','fromPort':-1,'toPort':-1,'groupId':'sg-1'},"
    "{'protocol':'-1'},{'protocol':'-1','cidr':'0.0.0.0/0','groupId':'sg-1'},{'cidr':'0.0.0.0/0'},'x']}]}";

TEST(SecurityGroups, ReachTheHostBeforeTheTasksNetwork) {
  test::World world;
  world.live([&world]() -> http::Task<void> {
    co_await test::start(world, std::string(test::hello) + told);
    EXPECT_EQ(world.host.groups_of("aab05ecb00000000000000000000000f").value_or(std::vector<std::string>()),
              std::vector<std::string>{"sg-1"});
    auto changes = world.host.group_changes();
    EXPECT_FALSE(changes.empty());
    if (changes.empty()) co_return;
    const std::vector<runtime::SecurityRule> rules = {
        {.protocol = "tcp", .from_port = 80, .to_port = 81, .cidr = "10.0.0.0/8"},
        {.egress = true, .protocol = "-1", .group_id = "sg-1"}};
    EXPECT_EQ(changes.back().rules, rules) << "what is no rule is left out";
    EXPECT_EQ(changes.back().members, std::vector<std::string>{"172.31.0.9"});
  });
}

TEST(SecurityGroups, ChangesAreAddedToWhatIsKnown) {
  test::World world;
  world.live([&world]() -> http::Task<void> {
    co_await test::start(world, std::string(test::hello) + told);
    co_await world.server.send(test::json(
        "{'type':'SlipwaySecurityGroupMessage','message':{'messageId':'g','vpcId':'vpc-1','securityGroups':["
        "{'groupId':'sg-1','addedMembers':['172.31.0.7'],'removedMembers':['172.31.0.9']}]}}"));
    EXPECT_TRUE(co_await world.until([&world] {
      return world.host.group_changes().back().members == std::vector<std::string>{"172.31.0.7"};
    }));
    EXPECT_EQ(world.host.group_changes().back().rules->size(), 2u);
  });
}

}  // namespace
}  // namespace slipway::agent
