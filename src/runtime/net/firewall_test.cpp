#include "runtime/net/firewall.hpp"

#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "runtime/net/address.hpp"
#include "runtime/net/foreign.hpp"

namespace slipway::runtime {
namespace {

constexpr std::uint32_t host = 0xa9feb000;
using Groups = std::vector<std::string>;

// What one rule becomes; "" where it lets nothing through.
std::string text_of(SecurityRule rule) {
  Firewall firewall;
  EXPECT_TRUE(firewall.change(std::vector<SecurityGroupChange>{{.id = "sg-1", .rules = {{rule}}}}));
  const std::string chains = firewall.chains(host);
  const std::string start = std::string("chain ") + (rule.egress ? "out" : "in") + "_sg-1 {\n";
  const auto at = chains.find(start) + start.size();
  std::string text = chains.substr(at, chains.find("  }", at) - at);
  return text.empty() ? "" : text.substr(4, text.size() - 5);
}

TEST(FirewallRules, SayWhatEc2Says) {
  EXPECT_EQ(text_of({.protocol = "tcp", .from_port = 80, .to_port = 90, .cidr = "10.0.0.0/8"}),
            "ip saddr 10.0.0.0/8 tcp dport 80-90 accept");
  EXPECT_EQ(
      text_of({.egress = true, .protocol = "udp", .from_port = 53, .to_port = 53, .cidr = "10.0.0.2/32"}),
      "ip daddr 10.0.0.2/32 udp dport 53 accept");
  EXPECT_EQ(text_of({.protocol = "-1", .group_id = "sg-2"}), "ip saddr @of_sg-2 accept");
  EXPECT_EQ(text_of({.egress = true, .protocol = "-1", .cidr = "0.0.0.0/0"}), "accept");
  EXPECT_EQ(text_of({.protocol = "6", .from_port = 0, .to_port = 65'535, .cidr = "0.0.0.0/0"}),
            "ip protocol tcp accept");
  EXPECT_EQ(text_of({.protocol = "icmp", .from_port = 8, .to_port = 0, .cidr = "0.0.0.0/0"}),
            "icmp type 8 icmp code 0 accept");
  EXPECT_EQ(text_of({.protocol = "icmp", .cidr = "0.0.0.0/0"}), "ip protocol icmp accept");
  EXPECT_EQ(text_of({.protocol = "50", .cidr = "10.1.2.3/16"}), "ip saddr 10.1.0.0/16 ip protocol 50 accept");
}

TEST(FirewallRules, WhatCannotBeSaidLetsNothingThrough) {
  for (const char* range : {"", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8 accept", "::/0"})
    EXPECT_EQ(text_of({.protocol = "tcp", .cidr = range}), "") << range;
  for (const char* protocol : {"", "sctp", "256", "tcp accept", "-2"})
    EXPECT_EQ(text_of({.protocol = protocol, .cidr = "10.0.0.0/8"}), "") << protocol;
  EXPECT_EQ(text_of({.protocol = "tcp", .from_port = 90, .to_port = 80, .cidr = "10.0.0.0/8"}), "");
}

TEST(Firewall, NamesThatAreNoGroupsAreRefused) {
  Firewall firewall;
  for (const char* id : {"", "sg 1", "sg-1;", "sg.1", "sg\n"}) {
    EXPECT_FALSE(firewall.change(std::vector<SecurityGroupChange>{{.id = id}})) << id;
    EXPECT_FALSE(firewall.change(std::vector<SecurityGroupChange>{
        {.id = "sg-1", .rules = {{{.protocol = "-1", .cidr = "", .group_id = std::string(id) + ";"}}}}}));
  }
  EXPECT_EQ(firewall.text(), "");
  std::vector<SecurityRule> many(limits::security_group_rules + 1, {.protocol = "-1", .cidr = "0.0.0.0/0"});
  EXPECT_EQ(firewall.change(std::vector<SecurityGroupChange>{{.id = "sg-1", .rules = many}}).error().code,
            "LimitExceeded");
}

TEST(Firewall, TasksAndMembersAreElements) {
  Firewall firewall;
  ASSERT_TRUE(firewall.change(std::vector<SecurityGroupChange>{
      {.id = "sg-1", .rules = {{{.protocol = "-1", .group_id = "sg-1"}}}, .members = {{"10.0.0.5"}}}}));
  EXPECT_FALSE(firewall.filters());
  firewall.add({"a", 0x0a000005, Groups{"sg-1"}});
  const std::string chains = firewall.chains(host);
  firewall.add({"b", 0x0a000006, Groups{"sg-1"}});
  firewall.add({"open", 0x0a000007, std::nullopt, false});
  ASSERT_TRUE(firewall.change(std::vector<SecurityGroupChange>{
      {.id = "sg-1", .added_members = {"10.0.0.6"}, .removed_members = {"10.0.0.5"}}}));
  EXPECT_EQ(firewall.chains(host), chains) << "no chain changes with a task or a member";
  const Firewall::Elements elements = firewall.elements();
  EXPECT_EQ(elements.at("enter"),
            (std::map<std::uint32_t, std::string>{
                {0x0a000005, "enter_sg-1"}, {0x0a000006, "enter_sg-1"}, {0x0a000007, ""}}));
  EXPECT_EQ(elements.at("inside"), (std::map<std::uint32_t, std::string>{{0x0a000007, ""}}));
  EXPECT_EQ(Firewall::parse(firewall.text()).elements(), elements);
  EXPECT_EQ(elements.at("of_sg-1"), (std::map<std::uint32_t, std::string>{{0x0a000006, ""}}));
  // An address that goes from one task to the next: the later one has it, and keeps it.
  firewall.add({"c", 0x0a000005, Groups{"sg-2", "sg-1"}});
  EXPECT_TRUE(firewall.remove("a"));
  EXPECT_FALSE(firewall.remove("a"));
  EXPECT_EQ(firewall.elements().at("leave").at(0x0a000005), "leave_sg-2.sg-1");
  EXPECT_NE(firewall.chains(host), chains);
}

TEST(Firewall, AWayOutComesAndGoes) {
  Firewall firewall;
  firewall.add({"a", 0x0a000005, Groups{"sg-1"}});
  EXPECT_FALSE(firewall.change_way_out("a", true)) << "it has one";
  EXPECT_FALSE(firewall.change_way_out("b", false)) << "no such task";
  EXPECT_TRUE(firewall.change_way_out("a", false));
  EXPECT_EQ(firewall.elements().at("inside").count(0x0a000005), 1u);
  EXPECT_TRUE(firewall.change_way_out("a", true));
  EXPECT_EQ(firewall.elements().at("inside").count(0x0a000005), 0u);
}

TEST(Firewall, WithoutGroupsAllIsRefused) {
  Firewall firewall;
  firewall.add({"a", 0x0a000005, Groups{}});
  EXPECT_EQ(firewall.elements().at("enter").at(0x0a000005), "enter_none");
  EXPECT_NE(firewall.chains(host).find("chain enter_none {\n    drop\n  }"), std::string::npos);
}

TEST(Firewall, IsReadAgainAsItWasWritten) {
  Firewall firewall;
  ASSERT_TRUE(firewall.change(std::vector<SecurityGroupChange>{
      {.id = "sg-1",
       .rules = {{{.protocol = "tcp", .from_port = 80, .to_port = 80, .group_id = "sg-2"},
                  {.egress = true, .protocol = "-1", .cidr = "0.0.0.0/0"}}},
       .members = {{"10.0.0.5", "nonsense"}}}}));
  firewall.add({"a", 0x0a000005, Groups{"sg-1"}});
  firewall.add({"b", 0x0a000006, std::nullopt});
  firewall.add({"c", 0x0a000007, Groups{}});
  const Firewall again = Firewall::parse(firewall.text() + "rule\ngroup ;\ntask x y z\nwhat\n");
  EXPECT_EQ(again.text(), firewall.text());
  EXPECT_EQ(again.ruleset(host), firewall.ruleset(host));
}

constexpr const char* with_docker = R"(table ip filter { # handle 1
	chain FORWARD { # handle 2
		type filter hook forward priority filter; policy drop;
		counter packets 0 bytes 0 jump DOCKER-USER # handle 8
	}

	chain DOCKER-USER { # handle 5
		iifname "s0123abcd*" accept comment "slipway_0123abcd" # handle 21
		iifname "s00000000*" accept comment "slipway_00000000" # handle 22
		counter packets 0 bytes 0 return # handle 9
	}
}
)";
const NodePaths paths{.node_id = "0123abcd"};

TEST(ForeignFirewall, DockersChainForItsUsersIsUsed) {
  const ForeignFirewall docker = parse_foreign_firewall(with_docker);
  EXPECT_TRUE(docker.drops && docker.docker_user);
  EXPECT_EQ(foreign_rules(docker, paths),
            "insert rule ip filter DOCKER-USER iifname \"s0123abcd*\" accept comment \"slipway_0123abcd\"\n"
            "insert rule ip filter DOCKER-USER oifname \"s0123abcd*\" accept comment \"slipway_0123abcd\"\n");
  EXPECT_EQ(foreign_rules({.drops = true, .chain = "FORWARD"}, paths).find("DOCKER-USER"), std::string::npos);
}

TEST(ForeignFirewall, OneThatLetsPassIsLeftAlone) {
  std::string open = with_docker;
  open.replace(open.find("policy drop"), 11, "policy accept");
  EXPECT_EQ(foreign_rules(parse_foreign_firewall(open), paths), "");
  EXPECT_EQ(foreign_rules(parse_foreign_firewall(""), paths), "");
}

TEST(ForeignFirewall, OthersAreOnlyTold) {
  const std::string drops =
      " {\n\tchain f {\n\t\ttype filter hook forward priority 0; policy drop;\n\t}\n}\n";
  EXPECT_TRUE(another_table_drops("table inet firewalld" + drops));
  EXPECT_FALSE(another_table_drops("table ip filter" + drops));
  EXPECT_FALSE(another_table_drops("table ip6 filter {\n}\n"));
}

TEST(ForeignFirewall, OnlyOurOwnRulesGo) {
  EXPECT_EQ(delete_foreign_rules(with_docker, paths), "delete rule ip filter DOCKER-USER handle 21\n");
}

}  // namespace
}  // namespace slipway::runtime
