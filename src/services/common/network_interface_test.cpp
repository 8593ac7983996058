#include "services/common/network_interface.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/cidr.hpp"
#include "services/common/test_world.hpp"

namespace slipway::services {
namespace {

using core::ec2::NetworkInterface;

class NetworkInterfaceTest : public testing::Test {
 protected:
  NetworkInterfaceTest() {
    world.apply([&](core::Turn& turn) -> Result<> {
      turn.put(turn.state.subnets, subnet("subnet-small", "vpc-1", "10.0.0.0/28"));
      turn.put(turn.state.subnets, subnet("subnet-large", "vpc-1", "10.0.16.0/20"));
      turn.put(turn.state.subnets, subnet("subnet-other", "vpc-2", "10.0.0.0/28"));
      turn.put(turn.state.security_groups, group("sg-web", "vpc-1", "web"));
      turn.put(turn.state.security_groups, group("sg-default", "vpc-1", "default"));
      turn.put(turn.state.security_groups, group("sg-far", "vpc-2", "default"));
      return {};
    });
  }

  core::ec2::Subnet subnet(std::string id, std::string vpc, std::string cidr) {
    core::ec2::Subnet made;
    made.realm = world.realm, made.id = std::move(id), made.vpc_id = std::move(vpc),
    made.cidr = std::move(cidr);
    made.availability_zone = "us-east-1a";
    return made;
  }
  core::ec2::SecurityGroup group(std::string id, std::string vpc, std::string name) {
    core::ec2::SecurityGroup made;
    made.realm = world.realm, made.id = std::move(id), made.vpc_id = std::move(vpc),
    made.name = std::move(name);
    return made;
  }

  Result<std::string> create(std::string subnet_id, std::vector<std::string> groups = {}) {
    Result<std::string> id;
    world.apply([&](core::Turn& turn) -> Result<> {
      id = create_network_interface(turn, world.realm, {subnet_id, groups, "of a task", "task-key"});
      if (!id) return std::unexpected(id.error());
      return {};
    });
    return id;
  }
  const NetworkInterface& at(const std::string& id) {
    return *world.state.network_interfaces.find(NetworkInterface::key_of(world.realm, id));
  }
  void remove(const std::string& id) {
    world.apply([&](core::Turn& turn) -> Result<> {
      delete_network_interface(turn, world.realm, id);
      return {};
    });
  }
  std::int64_t free_in(std::string_view id) {
    return free_addresses(world.state, *world.state.subnets.find(core::ec2::Subnet::key_of(world.realm, id)));
  }

  TestWorld world;
};

TEST_F(NetworkInterfaceTest, FillsIn) {
  const auto id = create("subnet-large");
  ASSERT_TRUE(id);
  EXPECT_TRUE(id->starts_with("eni-0"));
  EXPECT_EQ(id->size(), 21u);
  const NetworkInterface& made = at(*id);
  EXPECT_EQ(made.vpc_id, "vpc-1");
  EXPECT_EQ(made.availability_zone, "us-east-1a");
  EXPECT_EQ(made.status, "in-use");
  EXPECT_TRUE(made.attachment_id.starts_with("eni-attach-0"));
  EXPECT_EQ(made.security_group_ids, std::vector<std::string>{"sg-default"});
  EXPECT_EQ(made.description, "of a task");
  EXPECT_EQ(made.task_key, "task-key");
  EXPECT_EQ(made.created_at, world.now);
  EXPECT_TRUE(Ipv4Cidr::parse("10.0.16.0/20")->contains(*Ipv4::parse(made.private_ip)));
  EXPECT_TRUE(made.mac.starts_with("02:"));
  EXPECT_EQ(made.mac.size(), 17u);
}

TEST_F(NetworkInterfaceTest, GivesEveryAddressOnceAndNoneOfTheReserved) {
  std::set<std::string> addresses, macs;
  for (int i = 0; i < 11; ++i) {  // 16 less 5
    const auto id = create("subnet-small");
    ASSERT_TRUE(id) << i;
    addresses.insert(at(*id).private_ip);
    macs.insert(at(*id).mac);
  }
  EXPECT_EQ(addresses.size(), 11u);
  EXPECT_EQ(macs.size(), 11u);
  for (const char* reserved : {"10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.15"})
    EXPECT_FALSE(addresses.contains(reserved)) << reserved;
  EXPECT_EQ(free_in("subnet-small"), 0);

  const auto full = create("subnet-small");
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error(),
            (Error{"InsufficientFreeAddressesInSubnet",
                   "The specified subnet does not have enough free addresses to satisfy the request.", 400}));
  EXPECT_TRUE(create("subnet-other")) << "the same range in another VPC is another range";
}

TEST_F(NetworkInterfaceTest, GivesBackWhatIsDeleted) {
  std::vector<std::string> ids;
  for (int i = 0; i < 11; ++i) ids.push_back(*create("subnet-small"));
  const std::string address = at(ids[4]).private_ip;
  remove(ids[4]);
  remove(ids[4]);
  EXPECT_EQ(free_in("subnet-small"), 1);
  EXPECT_EQ(at(*create("subnet-small")).private_ip, address);
}

TEST_F(NetworkInterfaceTest, FillsALargeSubnetToTheLastAddress) {
  std::set<std::string> addresses;
  for (int i = 0; i < 4091; ++i) {
    const auto id = create("subnet-large");
    ASSERT_TRUE(id) << i;
    addresses.insert(at(*id).private_ip);
  }
  EXPECT_EQ(addresses.size(), 4091u);
  EXPECT_FALSE(create("subnet-large"));
}

TEST_F(NetworkInterfaceTest, RefusesWhatIsNotThere) {
  const std::size_t before = world.changes;
  EXPECT_EQ(create("subnet-none").error(),
            (Error{"InvalidSubnetID.NotFound", "The subnet ID 'subnet-none' does not exist", 400}));
  EXPECT_EQ(create("subnet-large", {"sg-web", "sg-none"}).error(),
            (Error{"InvalidGroup.NotFound", "The security group 'sg-none' does not exist", 400}));
  EXPECT_EQ(create("subnet-large", {"sg-far"}).error(),
            (Error{"InvalidParameter",
                   "Security group sg-far and subnet subnet-large belong to different networks.", 400}));
  EXPECT_EQ(create("subnet-large", std::vector<std::string>(6, "sg-web")).error().code,
            "SecurityGroupsPerInterfaceLimitExceeded");
  EXPECT_EQ(world.changes, before);
}

TEST_F(NetworkInterfaceTest, TakesTheGroupsAsked) {
  EXPECT_EQ(at(*create("subnet-large", {"sg-web", "sg-default", "sg-web"})).security_group_ids,
            (std::vector<std::string>{"sg-web", "sg-default"}));
}

}  // namespace
}  // namespace slipway::services
