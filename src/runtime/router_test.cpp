// Who reaches whom: security groups, the host, other VPCs, other nodes.
#include "runtime/net/nft.hpp"
#include "runtime/network_fixture.hpp"

namespace slipway::runtime {
namespace {

using Groups = std::vector<std::string>;
const SecurityRule everything_out{.egress = true, .protocol = "-1", .cidr = "0.0.0.0/0"};

class RouterTest : public NetworkTest {
 protected:
  void SetUp() override {
    NetworkTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    net = routed_vpc("vpc-1");
  }
  std::string task_of(const std::string& id, const std::string& last, std::optional<Groups> groups) {
    auto made = host->create_task_network(
        {.task_id = id, .vpc_id = "vpc-1", .ip = net + last, .security_groups = std::move(groups)});
    EXPECT_TRUE(made) << made.error().message;
    return made ? made->netns_path : "";
  }
  void tell(SecurityGroupChange change) {
    auto told = host->change_security_groups("vpc-1", std::vector{std::move(change)});
    ASSERT_TRUE(told) << told.error().message;
  }
  // sg-web lets sg-client in to port 80.
  void tell_web_and_client() {
    tell({.id = "sg-web",
          .rules = {{{.protocol = "tcp", .from_port = 80, .to_port = 80, .group_id = "sg-client"},
                     everything_out}},
          .members = {{net + "5"}}});
    tell({.id = "sg-client", .rules = {{everything_out}}, .members = {{net + "6"}}});
  }

  std::string net;
};

TEST_F(RouterTest, GroupsLetThroughWhatTheySayAndNothingElse) {
  tell_web_and_client();
  tell({.id = "sg-other", .rules = {{everything_out}}, .members = {{net + "7"}}});
  tell({.id = "sg-silent", .rules = {std::vector<SecurityRule>{}}});
  const std::string web = task_of("web", "5", Groups{"sg-web"}),
                    client = task_of("client", "6", Groups{"sg-client"}),
                    other = task_of("other", "7", Groups{"sg-other"}),
                    silent = task_of("silent", "8", Groups{"sg-client", "sg-silent"}),
                    mute = task_of("mute", "9", Groups{"sg-silent"}), none = task_of("none", "10", Groups{}),
                    unknown = task_of("unknown", "11", Groups{"sg-unknown"});
  const Fd http = listen_in(web, 80), ssh = listen_in(web, 22), of_client = listen_in(client, 80);
  EXPECT_TRUE(reaches(client, net + "5", 80));
  EXPECT_TRUE(refuses(client, net + "5", 22)) << "another port";
  EXPECT_TRUE(refuses(other, net + "5", 80)) << "no member of the group that the rule names";
  EXPECT_TRUE(refuses(web, net + "6", 80)) << "a group without rules for it refuses all";
  EXPECT_TRUE(refuses(silent, net + "5", 80)) << "its groups' rules are its own, its address is no member's";
  for (const std::string& sender : {mute, none, unknown})
    EXPECT_TRUE(refuses(sender, net + "5", 80)) << sender;
  tell({.id = "sg-client", .added_members = {net + "8"}});
  EXPECT_TRUE(reaches(silent, net + "5", 80)) << "now it is";
  EXPECT_TRUE(reaches("", net + "5", 22)) << "the host itself always does";
}

TEST_F(RouterTest, ARevokedRuleStopsNewConnectionsOnly) {
  tell_web_and_client();
  const std::string web = task_of("web", "5", Groups{"sg-web"}),
                    client = task_of("client", "6", Groups{"sg-client"});
  const Fd listening = listen_in(web, 80);
  const Fd old = connect_from(client, net + "5", 80);
  ASSERT_TRUE(old);
  tell({.id = "sg-web", .rules = {{everything_out}}});
  EXPECT_TRUE(refuses(client, net + "5", 80));
  Fd accepted(::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
  ASSERT_EQ(::send(old.get(), "still", 5, MSG_NOSIGNAL), 5);
  pollfd ready{accepted.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&ready, 1, 2'000), 1) << "a tracked connection goes on";
  tell_web_and_client();
  EXPECT_TRUE(reaches(client, net + "5", 80)) << "authorised again";
  tell({.id = "sg-client", .removed_members = {net + "6"}});
  EXPECT_TRUE(refuses(client, net + "5", 80)) << "no member any more";
}

TEST_F(RouterTest, RulesOutlastUs) {
  tell_web_and_client();
  const std::string web = task_of("web", "5", Groups{"sg-web"}),
                    client = task_of("client", "6", Groups{"sg-client"});
  const Fd http = listen_in(web, 80), ssh = listen_in(web, 22);
  ASSERT_NO_FATAL_FAILURE(restart_host());
  EXPECT_TRUE(reaches(client, net + "5", 80));
  EXPECT_TRUE(refuses(client, net + "5", 22));
  make_vpc("vpc-1", net + "0/24");
  const std::string late = task_of("late", "7", Groups{"sg-client"});
  EXPECT_TRUE(refuses(late, net + "5", 80));
  tell({.id = "sg-client", .added_members = {net + "7"}});
  EXPECT_TRUE(reaches(late, net + "5", 80)) << "what was known is still known";
}

TEST_F(RouterTest, AnAddressThatMovesOnTakesItsNewGroups) {
  tell_web_and_client();
  const std::string client = task_of("client", "6", Groups{"sg-client"});
  (void)task_of("first", "5", Groups{});
  EXPECT_TRUE(host->delete_task_network("first"));
  const std::string web = task_of("web", "5", Groups{"sg-web"});
  EXPECT_TRUE(host->delete_task_network("first")) << "again, and late";
  const Fd listening = listen_in(web, 80);
  EXPECT_TRUE(reaches(client, net + "5", 80));
}

TEST_F(RouterTest, WhatTheKernelLostIsSetAnew) {
  tell_web_and_client();
  const std::string web = task_of("web", "5", Groups{"sg-web"});
  const auto vpc = host->ensure_vpc({"vpc-1", {net + "0/24"}, {}});
  ASSERT_TRUE(in_namespace(vpc->router_netns_path,
                           [&] { return run_nft("nft", "delete table ip slipway_groups\n"); }));
  const std::string client = task_of("client", "6", Groups{"sg-client"});
  const Fd http = listen_in(web, 80), ssh = listen_in(web, 22);
  EXPECT_TRUE(reaches(client, net + "5", 80));
  EXPECT_TRUE(refuses(client, net + "5", 22));
}

TEST_F(RouterTest, HostPortsAreNotForTasks) {
  const std::string task = task_of("t", "5", std::nullopt);
  const auto vpc = host->ensure_vpc({"vpc-1", {net + "0/24"}, {}});
  auto bridge = host->create_bridge_network("b");
  ASSERT_TRUE(bridge);
  SystemRandom random;
  const auto port = std::uint16_t(20'000 + random.below(10'000));
  const Fd listening = listen_in("", port);
  EXPECT_TRUE(reaches("", vpc->host_address, port));
  EXPECT_TRUE(refuses(task, vpc->host_address, port));
  EXPECT_TRUE(refuses(bridge->netns_path, vpc->host_address, port));
  if (const std::string outside = host_address(); !outside.empty()) EXPECT_TRUE(refuses(task, outside, port));
}

TEST_F(RouterTest, ASubnetWithoutAWayOutReachesItsVpcAlone) {
  tell({.id = "sg-1", .rules = {{everything_out, {.protocol = "-1", .cidr = "0.0.0.0/0"}}}});
  auto task = [&](const std::string& id, const std::string& last, bool reaches_outside) {
    auto made = host->create_task_network({.task_id = id,
                                           .vpc_id = "vpc-1",
                                           .ip = net + last,
                                           .security_groups = Groups{"sg-1"},
                                           .reaches_outside = reaches_outside});
    EXPECT_TRUE(made) << made.error().message;
    return made ? made->netns_path : "";
  };
  const std::string open = task("open", "5", true), inside = task("inside", "6", false);
  auto bridge = host->create_bridge_network("b");
  ASSERT_TRUE(bridge);
  auto published =
      host->publish_ports("b", std::vector<PortSpec>{{.container_ip = bridge->ip, .container_port = 80}});
  ASSERT_TRUE(published);
  const std::uint16_t port = published->at(0).host_port;
  const Fd beyond = listen_in(bridge->netns_path, 80), neighbour = listen_in(open, 80),
           own = listen_in(inside, 80);
  const auto vpc = host->ensure_vpc({"vpc-1", {net + "0/24"}, {}});
  EXPECT_TRUE(reaches(open, vpc->host_address, port));
  EXPECT_TRUE(refuses(inside, vpc->host_address, port)) << "beyond its VPC";
  EXPECT_TRUE(reaches(inside, net + "5", 80));
  EXPECT_TRUE(reaches("", net + "6", 80)) << "the host has an answer from it";
  ASSERT_TRUE(host->delete_task_network("inside"));
  EXPECT_TRUE(reaches(task("next", "6", true), vpc->host_address, port)) << "its address moved on";
}

TEST_F(RouterTest, AWayOutThatIsTakenAwayEndsWhatIsUnderWay) {
  tell({.id = "sg-1", .rules = {{everything_out, {.protocol = "-1", .cidr = "0.0.0.0/0"}}}});
  const std::string task = task_of("t", "5", Groups{"sg-1"});
  auto bridge = host->create_bridge_network("b");
  ASSERT_TRUE(bridge);
  auto published =
      host->publish_ports("b", std::vector<PortSpec>{{.container_ip = bridge->ip, .container_port = 80}});
  ASSERT_TRUE(published);
  const std::uint16_t port = published->at(0).host_port;
  const Fd beyond = listen_in(bridge->netns_path, 80), own = listen_in(task, 80);
  const std::string outside = host->ensure_vpc({"vpc-1", {net + "0/24"}, {}})->host_address;
  const Fd old = connect_from(task, outside, port);
  ASSERT_TRUE(old);
  const Fd accepted(::accept4(beyond.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  ASSERT_TRUE(host->change_way_out("vpc-1", "t", false));
  EXPECT_TRUE(refuses(task, outside, port));
  ASSERT_EQ(::send(old.get(), "late", 4, MSG_NOSIGNAL), 4);
  pollfd ready{accepted.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&ready, 1, 300), 0) << "no packet finds a way";
  EXPECT_TRUE(reaches("", net + "5", 80)) << "the host has an answer from it";
  ASSERT_NO_FATAL_FAILURE(restart_host());
  EXPECT_TRUE(refuses(task, outside, port)) << "as it was before";
  ASSERT_TRUE(host->change_way_out("vpc-1", "t", true));
  EXPECT_TRUE(reaches(task, outside, port));
  EXPECT_EQ(::poll(&ready, 1, 10'000), 1) << "TCP sends it again";
  EXPECT_TRUE(host->change_way_out("vpc-1", "nobody", false));
  EXPECT_EQ(host->change_way_out("vpc-9", "t", false).error().code, "ResourceNotFoundException");
}

TEST_F(RouterTest, WhatATaskInTheHostsNetworkServesIsForTasks) {
  const std::string task = task_of("t", "5", std::nullopt);
  const std::string address = host->ensure_vpc({"vpc-1", {net + "0/24"}, {}})->host_address;
  auto bridge = host->create_bridge_network("b");
  ASSERT_TRUE(bridge);
  SystemRandom random;
  const auto port = std::uint16_t(20'000 + random.below(10'000));
  const auto loopback = std::uint16_t(port + 1);
  const Fd listening = listen_in("", port), within = listen_in("", loopback, "127.0.0.1");
  EXPECT_TRUE(refuses(task, address, port)) << "not said yet";
  const auto said = [](std::uint16_t number) {
    return std::vector<PortSpec>{{.host_port = number, .container_port = number}};
  };
  ASSERT_TRUE(host->publish_ports("one", said(port)));
  ASSERT_TRUE(host->publish_ports("within", said(loopback)));
  EXPECT_TRUE(reaches(task, address, port));
  EXPECT_TRUE(reaches(bridge->netns_path, address, port));
  EXPECT_TRUE(refuses(task, address, loopback)) << "what listens on 127.0.0.1 stays there";
  EXPECT_TRUE(refuses(task, "127.0.0.1", loopback));
  ASSERT_TRUE(host->publish_ports("next", said(port)));
  ASSERT_TRUE(host->unpublish_ports("one"));
  EXPECT_TRUE(reaches(task, address, port)) << "its successor says the same";
  ASSERT_NO_FATAL_FAILURE(restart_host());
  EXPECT_TRUE(reaches(task, address, port));
  ASSERT_TRUE(host->unpublish_ports("next"));
  EXPECT_TRUE(refuses(task, address, port));
}

TEST_F(RouterTest, ABlockThatCameLaterIsTheVpcsToo) {
  const std::string first = task_of("first", "5", std::nullopt);
  std::string more = net;
  more.replace(0, 5, "10.21");  // 10.200-207.x. becomes 10.210-217.x.
  auto vpc = host->ensure_vpc({"vpc-1", {net + "0/24", more + "0/24"}, {more + "1"}});
  ASSERT_TRUE(vpc) << vpc.error().message;
  auto made = host->create_task_network({.task_id = "second", .vpc_id = "vpc-1", .ip = more + "5"});
  ASSERT_TRUE(made) << made.error().message;
  const Fd listening = listen_in(made->netns_path, 80);
  EXPECT_TRUE(reaches(first, more + "5", 80));
  ASSERT_TRUE(in_namespace(first, [&]() -> Result<> {
    Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in nobody = at(more + "99", 80);
    EXPECT_NE(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&nobody), sizeof nobody), 0);
    EXPECT_TRUE(errno == EHOSTUNREACH || errno == ENETUNREACH) << errno;
    return {};
  }));
}

TEST_F(RouterTest, AnAddressThatNobodyHasIsNotAskedForElsewhere) {
  const std::string task = task_of("t", "5", std::nullopt);
  ASSERT_TRUE(in_namespace(task, [&]() -> Result<> {
    Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in nobody = at(net + "99", 80);
    EXPECT_NE(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&nobody), sizeof nobody), 0);
    EXPECT_TRUE(errno == EHOSTUNREACH || errno == ENETUNREACH) << errno;
    return {};
  }));
}

}  // namespace
}  // namespace slipway::runtime
