#include <gtest/gtest.h>

#include "runtime/cgroup/cgroups.hpp"
#include "runtime/net/address.hpp"
#include "runtime/net/free_block.hpp"
#include "runtime/net/nft.hpp"
#include "runtime/net/state.hpp"
#include "runtime/paths.hpp"

namespace slipway::runtime {
namespace {

TEST(Addresses, ParseAndRefuse) {
  EXPECT_EQ(parse_ipv4("10.0.1.5"), 0x0a000105u);
  EXPECT_EQ(ipv4_text(0x0a000105), "10.0.1.5");
  for (const char* bad : {"", "10.0.1", "10.0.1.256", "10.0.1.5 ", "::1"})
    EXPECT_EQ(parse_ipv4(bad), std::nullopt) << bad;
  EXPECT_EQ(parse_cidr("10.0.0.0/16"), (Cidr{0x0a000000, 16}));
  for (const char* bad : {"10.0.0.1/16", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/x"})
    EXPECT_EQ(parse_cidr(bad), std::nullopt) << bad;
  EXPECT_EQ(parse_mac("02:00:0a:00:01:05"), std::string("\x02\x00\x0a\x00\x01\x05", 6));
  EXPECT_EQ(parse_mac("02-00-0a-00-01-05"), std::nullopt);
}

TEST(Addresses, Overlap) {
  const Cidr wide = *parse_cidr("10.0.0.0/8"), narrow = *parse_cidr("10.1.0.0/16"),
             other = *parse_cidr("10.2.0.0/16");
  EXPECT_TRUE(wide.overlaps(narrow));
  EXPECT_TRUE(narrow.overlaps(wide));
  EXPECT_FALSE(narrow.overlaps(other));
  EXPECT_TRUE(parse_cidr("0.0.0.0/0")->contains(1));
}

TEST(NetworkStateFile, BothWays) {
  NetworkState state;
  state.routers["vpc-1"] = {
      {"vpc-1", {"10.0.0.0/16", "10.1.0.0/16"}, {}, "ec2.internal"}, 3, {"10.0.0.0/16"}};
  state.routers["bridge"] = {{"bridge", {"172.17.0.0/20"}, {"172.17.0.1"}}, 4, {}};
  state.bridge_addresses["web"] = "172.17.0.2";
  state.ports["web"] = {{"tcp", "0.0.0.0", 8080, "172.17.0.2", 80},
                        {"udp", "127.0.0.1", 53, "172.17.0.2", 53},
                        {"tcp", "0.0.0.0", 40'000, "172.17.0.2", 9'000, 3},
                        {"tcp", "0.0.0.0", 8081, "", 8081}};
  const std::string text = network_state_text(state);
  EXPECT_EQ(network_state_text(parse_network_state(text + "new thing\nvpc broken\n")), text);
  EXPECT_EQ(parse_network_state(text).ports, state.ports);
  EXPECT_EQ(parse_network_state("port web tcp 0.0.0.0 8080 172.17.0.2 80\n").ports["web"].at(0).count, 1)
      << "as an earlier build wrote it";
}

TEST(NetworkNames, FitTheKernelsFifteenLetters) {
  const NodePaths paths{.node_id = "0123abcd"};
  EXPECT_EQ(link_name(paths.link_prefix(), 0), "s0123abcd000");
  EXPECT_LE(link_name(paths.link_prefix(), link_slots - 1).size(), 15u);
  EXPECT_EQ(ipv4_text(link_host_address(0)), "169.254.176.0");
  EXPECT_EQ(ipv4_text(link_router_address(link_slots - 1)), "169.254.191.255");
}

TEST(FreeBlock, IsOneThatNoRouteMeets) {
  const auto route = [](const char* text) { return RouteInfo{.destination = *parse_cidr(text)}; };
  EXPECT_EQ(free_vpc_block(std::vector{route("0.0.0.0/0"), route("172.17.0.0/16")}).text(), "172.31.0.0/16");
  EXPECT_EQ(free_vpc_block(std::vector{route("172.31.16.5/32")}).text(), "10.255.0.0/16");
  EXPECT_EQ(free_vpc_block(std::vector{route("172.16.0.0/12"), route("10.254.0.0/15")}).text(),
            "10.253.0.0/16");
  EXPECT_EQ(free_vpc_block(std::vector{route("172.16.0.0/12"), route("10.0.0.0/8")}).text(), "172.31.0.0/16")
      << "nothing is free";
}

TEST(NftText, ElementsBySpecificAndAnyAddress) {
  const std::vector<PortMapping> ports = {{"tcp", "0.0.0.0", 8080, "172.17.0.2", 80},
                                          {"udp", "127.0.0.1", 53, "172.17.0.2", 5353}};
  EXPECT_EQ(add_ports_text("slipway_0", ports),
            "add element ip slipway_0 ports { tcp . 8080 : 172.17.0.2 . 80 }\n"
            "add element ip slipway_0 ports_on { 127.0.0.1 . udp . 53 : 172.17.0.2 . 5353 }\n");
  EXPECT_EQ(delete_ports_text("slipway_0", ports),
            "delete element ip slipway_0 ports { tcp . 8080 }\n"
            "delete element ip slipway_0 ports_on { 127.0.0.1 . udp . 53 }\n");
}

TEST(NftText, APortOfTheHostIsOpenedAndNotSentOn) {
  const std::vector<PortMapping> ports = {{"tcp", "0.0.0.0", 8080, "", 8080}};
  EXPECT_EQ(add_ports_text("slipway_0", ports), "add element ip slipway_0 host_ports { tcp . 8080 }\n");
  EXPECT_EQ(delete_ports_text("slipway_0", ports), "delete element ip slipway_0 host_ports { tcp . 8080 }\n");
}

TEST(NftText, ARangeIsAnElementPerPort) {
  const std::vector<PortMapping> ports = {{"tcp", "0.0.0.0", 40'000, "172.17.0.2", 9'000, 2}};
  EXPECT_EQ(
      add_ports_text("slipway_0", ports),
      "add element ip slipway_0 ports { tcp . 40000 : 172.17.0.2 . 9000, tcp . 40001 : 172.17.0.2 . 9001 "
      "}\n");
  EXPECT_EQ(delete_ports_text("slipway_0", ports),
            "delete element ip slipway_0 ports { tcp . 40000, tcp . 40001 }\n");
}

TEST(NftText, TouchesOnlyItsOwnTable) {
  const std::string text =
      host_ruleset({.table = "slipway_0", .vpc_links = {"s0a"}, .bridge_links = {"s0b"}, .ports = {}});
  EXPECT_TRUE(text.starts_with("add table ip slipway_0\ndelete table ip slipway_0\n"));
  EXPECT_EQ(text.find("flush"), text.npos);
  EXPECT_NE(text.find("set links {\n    type ifname\n    elements = { \"s0a\", \"s0b\" }"), text.npos);
  EXPECT_NE(text.find("set vpc_links {\n    type ifname\n    elements = { \"s0a\" }"), text.npos);
  EXPECT_EQ(router_ruleset({}).find("masquerade"), std::string::npos);
}

TEST(CgroupKinds, AreToldFromMountinfo) {
  const std::string v1 =
      "30 23 0:26 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n"
      "31 23 0:27 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory\n"
      "32 23 0:28 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n";
  const std::string unified = "33 23 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
  EXPECT_EQ(Cgroups::parse("").mode(), Cgroups::Mode::none);
  EXPECT_EQ(Cgroups::parse(v1).mode(), Cgroups::Mode::v1);
  EXPECT_EQ(Cgroups::parse(v1 + unified).mode(), Cgroups::Mode::hybrid);
  EXPECT_EQ(Cgroups::parse("33 23 0:29 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n").mode(),
            Cgroups::Mode::v2);
  const Cgroups cgroups = Cgroups::parse(v1 + unified);
  EXPECT_EQ(cgroups.directory("cpuacct", "a/b"), "/sys/fs/cgroup/cpu,cpuacct/a/b");
  EXPECT_EQ(cgroups.directory("pids", "a"), "");
  EXPECT_EQ(cgroups.directories("a").size(), 4u);
  EXPECT_EQ(cgroups.controllers(), (std::vector<std::string>{"cpu", "cpuacct", "memory"}));
}

TEST(Names, AreFitForFilesAndGroups) {
  EXPECT_TRUE(is_name("ab-1_2.c"));
  for (const char* bad : {"", ".", "..", "-x", "a/b", "a b"}) EXPECT_FALSE(is_name(bad)) << bad;
  EXPECT_FALSE(is_name(std::string(129, 'a')));
  EXPECT_TRUE(is_node_id("0123abcd"));
  EXPECT_FALSE(is_node_id("0123ABCD"));
}

}  // namespace
}  // namespace slipway::runtime
