#include "services/common/security_groups.hpp"

#include <gtest/gtest.h>

#include "services/common/network_interface.hpp"
#include "services/common/test_world.hpp"

namespace slipway::services {
namespace {

using core::ec2::NetworkInterface;
using core::ec2::SecurityGroup;
using wire::Value;

constexpr const char* agent = "000000000000/us-east-1/i-1";
constexpr const char* stock_agent = "000000000000/us-east-1/i-2";

// sg-web lets sg-client in; an agent of ours and a stock one are connected.
class SecurityGroups : public testing::Test {
 protected:
  SecurityGroups() {
    change([&](core::Turn& turn) {
      core::ec2::Subnet subnet;
      subnet.realm = world.realm, subnet.id = "subnet-1", subnet.vpc_id = "vpc-1",
      subnet.cidr = "10.0.0.0/24";
      turn.put(turn.state.subnets, subnet);
      turn.put(turn.state.security_groups,
               group("sg-web", {{.protocol = "tcp", .from_port = 80, .to_port = 80, .group_id = "sg-client"},
                                {.egress = true, .protocol = "-1", .cidr = "0.0.0.0/0"}}));
      turn.put(turn.state.security_groups, group("sg-client", {}));
      turn.put(turn.state.security_groups, group("sg-other", {}));
      turn.state.connected_instances = {agent, stock_agent};
      turn.state.groups_told[agent];
    });
  }
  SecurityGroup group(std::string id, std::vector<core::ec2::SecurityGroupRule> rules) {
    SecurityGroup made;
    made.realm = world.realm, made.id = id, made.vpc_id = "vpc-1", made.name = id,
    made.rules = std::move(rules);
    return made;
  }
  template <class Body>
  void change(Body body) {
    world.apply([&](core::Turn& turn) -> Result<> {
      body(turn);
      return {};
    });
  }
  std::string interface(const std::string& group_id) {
    std::string id;
    change([&](core::Turn& turn) {
      id = *create_network_interface(turn, world.realm, {"subnet-1", {group_id}, "", ""});
    });
    return id;
  }
  const NetworkInterface& at(const std::string& id) {
    return *world.state.network_interfaces.find(NetworkInterface::key_of(world.realm, id));
  }
  Value untold(const char* instance, const std::string& id) {
    Value groups;
    change([&](core::Turn& turn) { groups = untold_security_groups(turn, instance, at(id)); });
    return groups;
  }
  void changed(const std::string& id) {
    change([&](core::Turn& turn) { security_group_changed(turn, world.environment, world.realm, id); });
  }
  // The messages since the last look, all for our agent.
  std::vector<Value> sent() {
    std::vector<Value> messages;
    for (const core::Effect& effect : std::exchange(world.effects, {})) {
      const auto& to = std::get<core::SendToAgent>(effect);
      EXPECT_EQ(to.container_instance_key, agent);
      const Value frame = *wire::parse_json(to.frame);
      EXPECT_EQ(frame.get("type").string(), "SlipwaySecurityGroupMessage");
      messages.push_back(frame.get("message"));
    }
    return messages;
  }

  TestWorld world;
};

TEST_F(SecurityGroups, AreToldOnceWithThoseThatTheyName) {
  const std::string client = interface("sg-client"), web = interface("sg-web");
  const Value groups = untold(agent, web);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups.at(0).get("groupId").string(), "sg-web");
  EXPECT_EQ(wire::write_json(groups.at(0).get("rules").at(0)),
            R"({"egress":false,"protocol":"tcp","fromPort":80,"toPort":80,"groupId":"sg-client"})");
  EXPECT_EQ(groups.at(0).get("members").at(0).string(), at(web).private_ip);
  EXPECT_EQ(groups.at(1).get("groupId").string(), "sg-client");
  EXPECT_EQ(groups.at(1).get("members").at(0).string(), at(client).private_ip);
  EXPECT_EQ(untold(agent, web).size(), 0u);
  EXPECT_TRUE(untold(stock_agent, web).absent());
}

TEST_F(SecurityGroups, AFailedEventHasToldNothing) {
  const std::string web = interface("sg-web");
  world.apply([&](core::Turn& turn) -> Result<> {
    EXPECT_EQ(untold_security_groups(turn, agent, at(web)).size(), 2u);
    return fail("Refused", "");
  });
  EXPECT_EQ(untold(agent, web).size(), 2u);
}

TEST_F(SecurityGroups, ChangesReachWhoWasToldAndNobodyElse) {
  const std::string web = interface("sg-web");
  changed("sg-web");
  EXPECT_TRUE(sent().empty());
  untold(agent, web);
  changed("sg-other");
  EXPECT_TRUE(sent().empty());
  changed("sg-web");
  const auto messages = sent();
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].get("vpcId").string(), "vpc-1");
  EXPECT_EQ(messages[0].get("securityGroups").at(0).get("rules").size(), 2u);
}

TEST_F(SecurityGroups, AGroupThatANewRuleNamesComesWithIt) {
  untold(agent, interface("sg-web"));
  const std::string other = interface("sg-other");
  change([&](core::Turn& turn) {
    turn.modify(turn.state.security_groups, SecurityGroup::key_of(world.realm, "sg-web"),
                [](SecurityGroup& web) { web.rules = {{.protocol = "-1", .group_id = "sg-other"}}; });
  });
  changed("sg-web");
  const auto messages = sent();
  ASSERT_EQ(messages.size(), 1u);
  ASSERT_EQ(messages[0].get("securityGroups").size(), 2u);
  EXPECT_EQ(messages[0].get("securityGroups").at(1).get("members").at(0).string(), at(other).private_ip);
}

TEST_F(SecurityGroups, MembersComeAndGo) {
  untold(agent, interface("sg-web"));
  const std::string client = interface("sg-client"), ip = at(client).private_ip;
  auto messages = sent();
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(wire::write_json(messages[0].get("securityGroups")),
            R"([{"groupId":"sg-client","addedMembers":[")" + ip + R"("]}])");
  change([&](core::Turn& turn) { delete_network_interface(turn, world.realm, client); });
  messages = sent();
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(wire::write_json(messages[0].get("securityGroups")),
            R"([{"groupId":"sg-client","removedMembers":[")" + ip + R"("]}])");
}

TEST_F(SecurityGroups, AGroupThatIsGoneLetsNothingThrough) {
  untold(agent, interface("sg-web"));
  change([&](core::Turn& turn) {
    turn.erase(turn.state.security_groups, SecurityGroup::key_of(world.realm, "sg-client"));
  });
  changed("sg-client");
  const auto messages = sent();
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(wire::write_json(messages[0].get("securityGroups")),
            R"([{"groupId":"sg-client","rules":[],"members":[]}])");
}

}  // namespace
}  // namespace slipway::services
