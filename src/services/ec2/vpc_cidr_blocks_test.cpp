#include <gtest/gtest.h>

#include "services/common/test_world.hpp"
#include "services/ec2/bootstrap.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {
namespace {

class VpcCidrBlocks : public testing::Test {
 protected:
  VpcCidrBlocks() {
    vpc = ok("CreateVpc", R"({"CidrBlock":"10.0.0.0/24"})").get("Vpc", "VpcId").string();
  }
  wire::Value ok(std::string_view operation, std::string_view input) {
    auto output = world.call(table(), operation, input);
    EXPECT_TRUE(output) << operation << ": " << (output ? "" : output.error().message);
    return output ? *output : wire::Value::object();
  }
  std::string error(std::string_view operation, std::string_view input) {
    auto output = world.call(table(), operation, input);
    return output ? "no error" : output.error().code + ": " + output.error().message;
  }
  std::string in_vpc(const std::string& block) {
    return R"({"VpcId":")" + vpc + R"(","CidrBlock":")" + block + "\"}";
  }
  std::string associate(const std::string& block) {
    return std::string(ok("AssociateVpcCidrBlock", in_vpc(block))
                           .get("CidrBlockAssociation", "AssociationId")
                           .string());
  }
  std::string by(const std::string& association) { return R"({"AssociationId":")" + association + "\"}"; }
  std::vector<std::string> blocks(const std::string& filter = "[]") {
    std::vector<std::string> all;
    const wire::Value vpcs = ok("DescribeVpcs", R"({"Filters":)" + filter + "}").get("Vpcs");
    if (vpcs.empty()) return all;
    for (const auto& each : vpcs.at(0).get("CidrBlockAssociationSet").items()) {
      EXPECT_EQ(each.get("CidrBlockState", "State").string(), "associated");
      all.emplace_back(each.get("CidrBlock").string());
    }
    return all;
  }

  TestWorld world;
  std::string vpc;
};

using Blocks = std::vector<std::string>;

TEST_F(VpcCidrBlocks, SubnetsAreMadeInEachOfThem) {
  EXPECT_EQ(error("CreateSubnet", in_vpc("10.1.0.0/24")), "InvalidSubnet.Range: The CIDR '10.1.0.0/24' is invalid.");
  const std::string association = associate("10.1.0.0/16");
  EXPECT_EQ(blocks(), (Blocks{"10.0.0.0/24", "10.1.0.0/16"}));
  EXPECT_EQ(blocks(R"([{"Name":"cidr-block-association.association-id","Values":[")" + association + "\"]}]").size(),
            2u);
  const std::string subnet(ok("CreateSubnet", in_vpc("10.1.0.0/24")).get("Subnet", "SubnetId").string());
  EXPECT_EQ(error("CreateSubnet", in_vpc("10.2.0.0/24")), "InvalidSubnet.Range: The CIDR '10.2.0.0/24' is invalid.");
  EXPECT_EQ(error("DisassociateVpcCidrBlock", by(association)),
            "InvalidCidrBlock.InUse: The vpc " + vpc + " currently has a subnet within CIDR block 10.1.0.0/16");
  ok("DeleteSubnet", R"({"SubnetId":")" + subnet + "\"}");
  EXPECT_EQ(ok("DisassociateVpcCidrBlock", by(association))
                .get("CidrBlockAssociation", "CidrBlockState")
                .get("State")
                .string(),
            "disassociating");
  EXPECT_EQ(blocks(), Blocks{"10.0.0.0/24"});
  EXPECT_EQ(error("DisassociateVpcCidrBlock", by(association)),
            "InvalidVpcCidrBlockAssociationID.NotFound: The vpc CIDR block association ID '" + association +
                "' does not exist");
}

TEST_F(VpcCidrBlocks, AreRoutedLocally) {
  associate("10.1.0.0/16");
  const wire::Value tables = ok("DescribeRouteTables", "{}").get("RouteTables");
  ASSERT_EQ(tables.at(0).get("Routes").size(), 2u);
  EXPECT_EQ(tables.at(0).get("Routes").at(1).get("DestinationCidrBlock").string(), "10.1.0.0/16");
  EXPECT_EQ(tables.at(0).get("Routes").at(1).get("GatewayId").string(), "local");
  const std::string table(tables.at(0).get("RouteTableId").string());
  auto route = [&](const std::string& operation, const std::string& destination) {
    return error(operation,
                 R"({"RouteTableId":")" + table + R"(","DestinationCidrBlock":")" + destination + "\"}");
  };
  EXPECT_EQ(route("CreateRoute", "10.1.0.0/16").substr(0, 18), "RouteAlreadyExists");
  EXPECT_EQ(route("DeleteRoute", "10.1.0.0/16"),
            "InvalidParameterValue: cannot remove local route 10.1.0.0/16 in route table " + table);
}

TEST_F(VpcCidrBlocks, WhatCannotBeIsRefused) {
  EXPECT_EQ(error("AssociateVpcCidrBlock", in_vpc("10.0.0.0/25")).substr(0, 13), "CidrConflict:");
  EXPECT_EQ(error("AssociateVpcCidrBlock", in_vpc("10.0.0.0/15")), "InvalidVpc.Range: The CIDR '10.0.0.0/15' is invalid.");
  EXPECT_EQ(error("AssociateVpcCidrBlock", in_vpc("127.0.0.0/16")),
            "InvalidVpc.Range: The CIDR '127.0.0.0/16' is invalid.");
  EXPECT_EQ(error("AssociateVpcCidrBlock", R"({"VpcId":")" + vpc + R"(","AmazonProvidedIpv6CidrBlock":true})"),
            "UnsupportedOperation: IPv6 is not supported here.");
  const std::string primary = world.state.vpcs.rows().begin()->second->cidr_association_id;
  EXPECT_EQ(error("DisassociateVpcCidrBlock", by(primary)),
            "OperationNotPermitted: The vpc CIDR block with association ID " + primary +
                " may not be disassociated. It is the primary IPv4 CIDR block of the VPC");
  for (int i = 1; i < 50; ++i) associate("10.1." + std::to_string(i) + ".0/24");
  EXPECT_EQ(error("AssociateVpcCidrBlock", in_vpc("10.2.0.0/24")),
            "CidrLimitExceeded: This network '" + vpc + "' has met its maximum number of allowed CIDRs: 50");
}

class DefaultVpcAgain : public testing::Test {
 protected:
  DefaultVpcAgain() {
    world.apply([&](core::Turn& turn) -> Result<> {
      turn.put(turn.state.accounts, core::Account{.id = world.realm.account});
      return {};
    });
  }
  void start() {
    world.apply([&](core::Turn& turn) -> Result<> {
      bootstrap_default_vpc(turn, world.realm);
      return {};
    });
  }
  // As a user takes it down.
  void remove() {
    world.apply([&](core::Turn& turn) -> Result<> {
      auto& gateways = turn.state.internet_gateways;
      turn.erase(gateways, gateways.rows().begin()->first);
      while (turn.state.subnets.size() > 0)
        turn.erase(turn.state.subnets, turn.state.subnets.rows().begin()->first);
      return {};
    });
    const std::string id = world.state.vpcs.rows().begin()->second->id;
    auto deleted = world.call(table(), "DeleteVpc", std::string_view(R"({"VpcId":")" + id + "\"}"));
    ASSERT_TRUE(deleted) << deleted.error().message;
  }

  TestWorld world;
};

TEST_F(DefaultVpcAgain, ADeletedOneStaysAwayUntilItIsAskedFor) {
  start();
  EXPECT_EQ(world.state.vpcs.size(), 1u);
  ASSERT_NO_FATAL_FAILURE(remove());
  start();
  EXPECT_EQ(world.state.vpcs.size(), 0u);
  auto made = world.call(table(), "CreateDefaultVpc", std::string_view("{}"));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(made->get("Vpc", "IsDefault").boolean());
  EXPECT_EQ(made->get("Vpc", "CidrBlock").string(), "172.31.0.0/16");
  EXPECT_EQ(world.state.subnets.size(), 3u);
  EXPECT_EQ(world.state.internet_gateways.size(), 1u);
  auto again = world.call(table(), "CreateDefaultVpc", std::string_view("{}"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "DefaultVpcAlreadyExists");
  start();
  EXPECT_EQ(world.state.vpcs.size(), 1u);
}

// An earlier build did not remember it: then its default VPC is the memory.
TEST_F(DefaultVpcAgain, IsRememberedForAStoreOfAnEarlierBuildToo) {
  start();
  world.apply([&](core::Turn& turn) -> Result<> {
    turn.modify(turn.state.accounts, core::Account::key_of(world.realm.account),
                [](core::Account& account) { account.default_vpc_regions.clear(); });
    return {};
  });
  start();
  ASSERT_NO_FATAL_FAILURE(remove());
  start();
  EXPECT_EQ(world.state.vpcs.size(), 0u);
}

}  // namespace
}  // namespace slipway::services::ec2
