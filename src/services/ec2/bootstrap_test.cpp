#include "services/ec2/bootstrap.hpp"

#include <gtest/gtest.h>

#include "base/cidr.hpp"
#include "services/common/test_world.hpp"
#include "services/ec2/zone.hpp"

namespace slipway::services::ec2 {
namespace {

void bootstrap(TestWorld& world, const Realm& realm) {
  world.apply([&](core::Turn& turn) -> Result<> {
    bootstrap_default_vpc(turn, realm);
    return {};
  });
}

TEST(DefaultVpc, HasASubnetPerZoneAndAGroup) {
  TestWorld world;
  bootstrap(world, world.realm);
  ASSERT_EQ(world.state.vpcs.size(), 1u);
  const auto& vpc = *world.state.vpcs.rows().begin()->second;
  EXPECT_EQ(vpc.cidr, "172.31.0.0/16");
  EXPECT_TRUE(vpc.is_default);

  std::map<std::string, std::string> zones;
  for (const std::string& key : world.state.subnets.with("vpc", world.realm.prefix() + vpc.id)) {
    const auto& subnet = *world.state.subnets.find(key);
    EXPECT_TRUE(Ipv4Cidr::parse(vpc.cidr)->contains(*Ipv4Cidr::parse(subnet.cidr)));
    zones[subnet.availability_zone] = subnet.cidr;
  }
  EXPECT_EQ(zones, (std::map<std::string, std::string>{{"us-east-1a", "172.31.0.0/20"},
                                                       {"us-east-1b", "172.31.16.0/20"},
                                                       {"us-east-1c", "172.31.32.0/20"}}));

  ASSERT_EQ(world.state.security_groups.size(), 1u);
  const auto& group = *world.state.security_groups.rows().begin()->second;
  EXPECT_EQ(group.name, "default");
  ASSERT_EQ(group.rules.size(), 2u);
  EXPECT_FALSE(group.rules[0].egress);
  EXPECT_EQ(group.rules[0].group_id, group.id);
  EXPECT_TRUE(group.rules[1].egress);
  EXPECT_EQ(group.rules[1].cidr, "0.0.0.0/0");
  EXPECT_TRUE(group.rules[1].group_id.empty());
}

TEST(DefaultVpc, IsMadeOncePerRegion) {
  TestWorld world;
  bootstrap(world, world.realm);
  bootstrap(world, world.realm);
  EXPECT_EQ(world.state.vpcs.size(), 1u);
  bootstrap(world, {"000000000000", "eu-central-1"});
  EXPECT_EQ(world.state.vpcs.size(), 2u);
  EXPECT_EQ(world.state.subnets.size(), 6u);
}

TEST(DefaultVpc, LeadsOut) {
  TestWorld world;
  bootstrap(world, world.realm);
  ASSERT_EQ(world.state.route_tables.size(), 1u);
  ASSERT_EQ(world.state.internet_gateways.size(), 1u);
  const auto& table = *world.state.route_tables.rows().begin()->second;
  const auto& gateway = *world.state.internet_gateways.rows().begin()->second;
  EXPECT_TRUE(table.is_main());
  ASSERT_EQ(table.routes.size(), 1u);
  EXPECT_EQ(table.routes[0], (core::ec2::RouteEntry{"0.0.0.0/0", gateway.id, {}}));
  EXPECT_EQ(gateway.vpc_id, table.vpc_id);
}

// As an earlier build made it: a VPC with subnets and its group, nothing else.
TEST(DefaultVpc, OfAnEarlierBuildIsCompleted) {
  TestWorld world;
  bootstrap(world, world.realm);
  world.apply([&](core::Turn& turn) -> Result<> {
    turn.erase(turn.state.route_tables, turn.state.route_tables.rows().begin()->first);
    turn.erase(turn.state.internet_gateways, turn.state.internet_gateways.rows().begin()->first);
    turn.erase(turn.state.network_acls, turn.state.network_acls.rows().begin()->first);
    return {};
  });
  const auto vpc_before = world.state.vpcs.rows().begin()->first;
  bootstrap(world, world.realm);
  EXPECT_EQ(world.state.vpcs.rows().begin()->first, vpc_before);
  EXPECT_EQ(world.state.subnets.size(), 3u);
  EXPECT_EQ(world.state.security_groups.size(), 1u);
  ASSERT_EQ(world.state.route_tables.size(), 1u);
  EXPECT_EQ(world.state.route_tables.rows().begin()->second->routes.size(), 1u);
  EXPECT_EQ(world.state.network_acls.size(), 1u);
}

TEST(DefaultVpc, WhatAUserTookAwayStaysAway) {
  TestWorld world;
  bootstrap(world, world.realm);
  world.apply([&](core::Turn& turn) -> Result<> {
    turn.modify(turn.state.route_tables, turn.state.route_tables.rows().begin()->first,
                [](auto& table) { table.routes.clear(); });
    return {};
  });
  const std::size_t rows = world.changes;
  bootstrap(world, world.realm);
  EXPECT_EQ(world.changes, rows);
}

TEST(Zones, AreNamedAsAws) {
  EXPECT_EQ(zones_of("us-east-1")[2].name, "us-east-1c");
  EXPECT_EQ(zone_id_of("us-east-1", "us-east-1a"), "use1-az1");
  EXPECT_EQ(zone_id_of("ap-northeast-1", "ap-northeast-1c"), "apne1-az3");
  EXPECT_EQ(zone_id_of("ap-southeast-2", "ap-southeast-2b"), "apse2-az2");
  EXPECT_EQ(zone_id_of("us-gov-west-1", "us-gov-west-1a"), "usgw1-az1");
  EXPECT_EQ(zone_id_of("eu-central-1", "eu-central-1a"), "euc1-az1");
  EXPECT_EQ(zone_id_of("lab", "laba"), "lab-az1");
  EXPECT_EQ(zone_id_of("us-east-1", "us-east-1d"), "");
}

}  // namespace
}  // namespace slipway::services::ec2
