#include "services/common/way_out.hpp"

#include <gtest/gtest.h>

#include "services/common/network_interface.hpp"
#include "services/common/test_world.hpp"

namespace slipway::services {
namespace {

using core::ec2::RouteTable;

// A VPC with one subnet, a main route table and a gateway; by default no route leads out.
class WayOutTest : public testing::Test {
 protected:
  WayOutTest() {
    put(world.state.vpcs, core::ec2::Vpc{.realm = world.realm, .id = "vpc-1", .cidr = "10.0.0.0/16"});
    put(world.state.subnets, core::ec2::Subnet{.realm = world.realm,
                                               .id = "subnet-1",
                                               .vpc_id = "vpc-1",
                                               .cidr = "10.0.1.0/24",
                                               .availability_zone = "us-east-1a"});
    table("rtb-main", {"rtbassoc-1", ""}, "");
    put(world.state.internet_gateways,
        core::ec2::InternetGateway{.realm = world.realm, .id = "igw-1", .vpc_id = "vpc-1"});
    put(world.state.nat_gateways, core::ec2::NatGateway{.realm = world.realm,
                                                        .id = "nat-1",
                                                        .subnet_id = "subnet-1",
                                                        .vpc_id = "vpc-1",
                                                        .state = "available"});
  }

  template <class E>
  void put(core::Table<E>& table, E entity) {
    world.apply([&](core::Turn& turn) -> Result<> {
      turn.put(table, std::move(entity));
      return {};
    });
  }
  void table(const std::string& id, core::ec2::RouteTableAssociation association, const std::string& target) {
    RouteTable made{.realm = world.realm, .id = id, .vpc_id = "vpc-1"};
    made.associations.push_back(std::move(association));
    if (!target.empty()) made.routes.push_back({"0.0.0.0/0", target, {}});
    put(world.state.route_tables, std::move(made));
  }
  bool reaches(bool assign_public_ip = false) {
    core::ec2::NetworkInterface interface{.realm = world.realm, .id = "eni-1"};
    interface.subnet_id = "subnet-1", interface.vpc_id = "vpc-1";
    interface.assign_public_ip = assign_public_ip;
    return reaches_internet(world.state, interface);
  }

  TestWorld world;
};

TEST_F(WayOutTest, WithoutARouteThereIsNone) {
  EXPECT_FALSE(reaches());
  EXPECT_FALSE(reaches(true));
}

TEST_F(WayOutTest, AnInternetGatewayIsForPublicAddresses) {
  table("rtb-main", {"rtbassoc-1", ""}, "igw-1");
  EXPECT_FALSE(reaches());
  EXPECT_TRUE(reaches(true));
}

TEST_F(WayOutTest, InTheDefaultVpcItIsForAll) {
  table("rtb-main", {"rtbassoc-1", ""}, "igw-1");
  put(world.state.vpcs,
      core::ec2::Vpc{.realm = world.realm, .id = "vpc-1", .cidr = "10.0.0.0/16", .is_default = true});
  EXPECT_TRUE(reaches());
}

TEST_F(WayOutTest, ANatGatewayIsForAllWhileItIsThere) {
  table("rtb-main", {"rtbassoc-1", ""}, "nat-1");
  EXPECT_TRUE(reaches());
  put(world.state.nat_gateways,
      core::ec2::NatGateway{.realm = world.realm, .id = "nat-1", .vpc_id = "vpc-1", .state = "deleted"});
  EXPECT_FALSE(reaches());
}

TEST_F(WayOutTest, ADetachedGatewayLeadsNowhere) {
  table("rtb-main", {"rtbassoc-1", ""}, "igw-1");
  put(world.state.internet_gateways, core::ec2::InternetGateway{.realm = world.realm, .id = "igw-1"});
  EXPECT_FALSE(reaches(true));
}

TEST_F(WayOutTest, ASubnetsOwnTableComesBeforeTheMainOne) {
  table("rtb-main", {"rtbassoc-1", ""}, "nat-1");
  table("rtb-own", {"rtbassoc-2", "subnet-1"}, "");
  EXPECT_FALSE(reaches());
}

// A task on a connected node, with an interface; gives its ARN.
class WayOutChangeTest : public WayOutTest {
 protected:
  WayOutChangeTest() {
    table("rtb-main", {"rtbassoc-1", ""}, "nat-1");
    core::ecs::Task task;
    task.realm = world.realm, task.id = "task-1", task.cluster = "default";
    task.container_instance_id = "instance-1";
    arn = task.arn();
    core::ec2::NetworkInterface interface{.realm = world.realm, .id = "eni-1"};
    interface.subnet_id = "subnet-1", interface.vpc_id = "vpc-1", interface.private_ip = "10.0.1.5";
    interface.task_key = task.key();
    put(world.state.network_interfaces, interface);
    put(world.state.tasks, std::move(task));
    world.state.groups_told[instance];
  }
  // What is told around a change of the main table's route.
  std::vector<std::string> told(const std::string& target, bool fails = false) {
    world.effects.clear();
    world.apply([&](core::Turn& turn) -> Result<> {
      WayOutChange ways(turn, world.realm, "vpc-1");
      turn.modify(turn.state.route_tables, RouteTable::key_of(world.realm, "rtb-main"), [&](RouteTable& main) {
        main.routes.clear();
        if (!target.empty()) main.routes.push_back({"0.0.0.0/0", target, {}});
      });
      ways.tell();
      return fails ? Result<>(slipway::fail("DryRunOperation", "")) : Result<>();
    });
    std::vector<std::string> all;
    for (const auto& effect : world.effects)
      if (const auto* sent = std::get_if<core::SendToAgent>(&effect)) {
        EXPECT_EQ(sent->container_instance_key, instance);
        const auto frame = wire::parse_json(sent->frame);
        EXPECT_EQ(frame->get("type").string(), "SlipwayWayOutMessage");
        for (const auto& each : frame->get("message", "tasks").items())
          all.push_back(std::string(each.get("arn").string()) + (each.get("internet").boolean() ? " yes" : " no"));
      }
    return all;
  }

  std::string arn, instance = core::ecs::ContainerInstance::key_of(world.realm, "instance-1");
};

using Told = std::vector<std::string>;

TEST_F(WayOutChangeTest, IsToldWhereItIsAnother) {
  EXPECT_EQ(told("nat-1"), Told{}) << "nothing is another";
  EXPECT_EQ(told(""), Told{arn + " no"});
  EXPECT_EQ(told("igw-1"), Told{}) << "without a public address that is none either";
  EXPECT_EQ(told("nat-1"), Told{arn + " yes"});
}

TEST_F(WayOutChangeTest, IsNotToldWhereItCameToNothing) {
  EXPECT_EQ(told("", true), Told{});
}

TEST_F(WayOutChangeTest, IsNotToldToWhomItDoesNotConcern) {
  world.state.groups_told.clear();
  EXPECT_EQ(told(""), Told{}) << "the node is not connected";
}

}  // namespace
}  // namespace slipway::services
