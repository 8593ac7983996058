#include "services/ecs/awsvpc.hpp"

#include <gtest/gtest.h>

#include "services/common/test_world.hpp"

namespace slipway::services::ecs {
namespace {

// Two VPCs, each with two subnets and a group: subnet-11 and sg-1 are of vpc-1.
class AwsVpcTest : public testing::Test {
 protected:
  AwsVpcTest() {
    world.apply([&](core::Turn& turn) -> Result<> {
      for (const std::string vpc : {"1", "2"}) {
        for (const std::string number : {"1", "2"})
          turn.put(turn.state.subnets, core::ec2::Subnet{.realm = world.realm,
                                                         .id = "subnet-" + vpc + number,
                                                         .vpc_id = "vpc-" + vpc,
                                                         .cidr = "10." + vpc + "." + number + ".0/24"});
        turn.put(turn.state.security_groups,
                 core::ec2::SecurityGroup{
                     .realm = world.realm, .id = "sg-" + vpc, .vpc_id = "vpc-" + vpc, .name = "web"});
      }
      return {};
    });
  }

  std::string refusal(const std::string& subnets, const std::string& groups = "") {
    const auto input =
        wire::parse_json(R"({"subnets":[)" + subnets + R"(],"securityGroups":[)" + groups + "]}");
    const wire::ecs::AwsVpcConfiguration vpc(input.value());
    auto checked = check_form(vpc);
    if (checked) checked = check_place(world.state, world.realm, vpc);
    return checked ? "" : checked.error().code + ": " + checked.error().message;
  }

  TestWorld world;
};

TEST_F(AwsVpcTest, OneVpcIsTaken) {
  EXPECT_EQ(refusal(R"("subnet-11","subnet-12")", R"("sg-1")"), "");
  EXPECT_EQ(refusal(R"("subnet-21")"), "");
}

TEST_F(AwsVpcTest, WhatIsNotThereIsNamedWhereverItStands) {
  EXPECT_EQ(refusal(R"("subnet-11","subnet-13")"),
            "InvalidParameterException: Error retrieving subnet information for [subnet-13]: The subnet ID "
            "'subnet-13' does not exist (ErrorCode: InvalidSubnetID.NotFound)");
  EXPECT_EQ(refusal(R"("subnet-11")", R"("sg-1","sg-3")"),
            "InvalidParameterException: Error retrieving security group information for [sg-3]: The security "
            "group 'sg-3' does not exist (ErrorCode: InvalidGroup.NotFound)");
}

TEST_F(AwsVpcTest, SubnetsAndGroupsOfTwoVpcsAreRefused) {
  EXPECT_EQ(refusal(R"("subnet-11","subnet-22")"),
            "InvalidParameterException: Subnets must all belong to the same VPC.");
  EXPECT_EQ(refusal(R"("subnet-11")", R"("sg-1","sg-2")"),
            "InvalidParameterException: Security group sg-2 does not appear to belong to the same VPC as the "
            "input subnets.");
}

TEST_F(AwsVpcTest, TooManyAreRefused) {
  std::string subnets = R"("subnet-11")", groups = R"("sg-1")";
  for (int i = 0; i < 15; ++i) subnets += R"(,"subnet-11")";
  for (int i = 0; i < 4; ++i) groups += R"(,"sg-1")";
  EXPECT_EQ(refusal(subnets, groups), "");
  EXPECT_EQ(refusal(subnets + R"(,"subnet-11")"),
            "InvalidParameterException: subnets can have at most 16 items.");
  EXPECT_EQ(refusal(subnets, groups + R"(,"sg-1")"),
            "InvalidParameterException: securityGroups can have at most 5 items.");
  EXPECT_EQ(refusal(""), "InvalidParameterException: subnets can not be empty.");
}

}  // namespace
}  // namespace slipway::services::ecs
