#include <gtest/gtest.h>

#include "services/common/test_world.hpp"
#include "services/ec2/bootstrap.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {
namespace {

// An agent that enforces the default VPC's group.
class RulesTest : public testing::Test {
 protected:
  RulesTest() {
    world.apply([&](core::Turn& turn) -> Result<> {
      bootstrap_default_vpc(turn, world.realm);
      return {};
    });
    const auto& row = *world.state.security_groups.rows().begin()->second;
    group = row.id;
    world.state.groups_told["agent"][row.key()] = row.vpc_id;
  }

  Result<wire::Value> call(std::string_view operation, const std::string& members) {
    return world.call(table(), operation,
                      std::string_view(R"({"GroupId":")" + group + "\"," + members + "}"));
  }
  // What the agent was told since the last look.
  std::vector<std::string> frames() {
    std::vector<std::string> found;
    for (const auto& effect : world.effects)
      if (const auto* send = std::get_if<core::SendToAgent>(&effect)) found.push_back(send->frame);
    world.effects.clear();
    return found;
  }

  TestWorld world;
  std::string group;
};

const std::string web =
    R"("IpPermissions":[{"IpProtocol":"tcp","FromPort":80,"ToPort":80,"IpRanges":[{"CidrIp":"10.0.0.0/8"}]}])";

TEST_F(RulesTest, EveryChangeIsToldToWhoEnforcesIt) {
  const auto made = call("AuthorizeSecurityGroupIngress", web);
  ASSERT_TRUE(made);
  auto told = frames();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_NE(told[0].find("10.0.0.0/8"), std::string::npos) << told[0];

  const std::string id(made->get("SecurityGroupRules").at(0).get("SecurityGroupRuleId").string());
  ASSERT_TRUE(call(
      "ModifySecurityGroupRules",
      R"("SecurityGroupRules":[{"SecurityGroupRuleId":")" + id +
          R"(","SecurityGroupRule":{"IpProtocol":"tcp","FromPort":80,"ToPort":80,"CidrIpv4":"10.1.0.0/16"}}])"));
  told = frames();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_NE(told[0].find("10.1.0.0/16"), std::string::npos) << told[0];

  ASSERT_TRUE(call("RevokeSecurityGroupIngress", R"("SecurityGroupRuleIds":[")" + id + "\"]"));
  told = frames();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].find("10.1.0.0/16"), std::string::npos) << told[0];
}

TEST_F(RulesTest, WhatIsRefusedOrDryIsNotTold) {
  EXPECT_FALSE(call("RevokeSecurityGroupIngress", web));
  EXPECT_FALSE(call("AuthorizeSecurityGroupIngress", web + R"(,"DryRun":true)"));
  EXPECT_TRUE(frames().empty());
  EXPECT_EQ(world.state.security_groups.rows().begin()->second->rules.size(), 2u);
}

}  // namespace
}  // namespace slipway::services::ec2
