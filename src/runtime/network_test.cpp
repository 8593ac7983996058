#include "runtime/net/netlink.hpp"
#include "runtime/network_fixture.hpp"

namespace slipway::runtime {
namespace {

TEST_F(NetworkTest, TaskHasItsAddressAndTheHostReachesIt) {
  const std::string net = routed_vpc("vpc-1");
  const std::string netns = task("t1", "vpc-1", net + "5");
  EXPECT_EQ(task("t1", "vpc-1", net + "5"), netns) << "asked again: the same";
  ASSERT_TRUE(host->start_container(server("web", netns)));
  EXPECT_TRUE(eventually([&] { return serves(net + "5", 80); }, 5'000));

  auto peek = shell("peek",
                    "ip addr show dev eth0; ip route; ip addr show dev lo; cat "
                    "/proc/sys/net/ipv4/ip_unprivileged_port_start");
  peek.network = {NetworkNamespace::Kind::path, netns};
  const std::string seen = run(peek);
  EXPECT_NE(seen.find("02:00:00:00:01:05"), std::string::npos) << seen;
  EXPECT_NE(seen.find(net + "5/32"), std::string::npos) << seen;
  EXPECT_NE(seen.find("default via 169.254.170.2 dev eth0"), std::string::npos) << seen;
  EXPECT_NE(seen.find("127.0.0.1/8"), std::string::npos) << seen;
  // Containers of one task share localhost.
  EXPECT_NE(fetch_from("neighbour", {NetworkNamespace::Kind::path, netns}, "127.0.0.1", 80).find("hello"),
            std::string::npos);
  const std::string other = task("t2", "vpc-1", net + "6");
  EXPECT_NE(fetch_from("peer", {NetworkNamespace::Kind::path, other}, net + "5", 80).find("hello"),
            std::string::npos);
  auto stats = host->stats("web");
  ASSERT_TRUE(stats);
  ASSERT_EQ(stats->networks.size(), 1u);
  EXPECT_EQ(stats->networks[0].interface, "eth0");
  EXPECT_GT(stats->networks[0].rx_bytes, 0u);
}

TEST_F(NetworkTest, AnAddressIsFreeAgainAtOnce) {
  const std::string net = routed_vpc("vpc-1");
  for (int round = 0; round < 5; ++round) {
    const std::string id = "round" + std::to_string(round);
    const std::string netns = task(id, "vpc-1", net + "5");
    ASSERT_TRUE(host->start_container(server(id, netns)));
    EXPECT_TRUE(eventually([&] { return serves(net + "5", 80); }, 5'000)) << round;
    ASSERT_TRUE(host->signal_container(id, SIGKILL));
    wait_exit(id);
    EXPECT_TRUE(host->remove_container(id));
    EXPECT_TRUE(host->delete_task_network(id));
  }
}

TEST_F(NetworkTest, MetadataListenerSeesTheTasksAddress) {
  const std::string net = routed_vpc("vpc-1");
  auto listener = host->open_listener("vpc-1", metadata_address, 80);
  ASSERT_TRUE(listener) << listener.error().message;
  Fd listening(*listener);
  auto client = shell("client", "echo hi | nc -w 2 169.254.170.2 80");
  client.network = {NetworkNamespace::Kind::path, task("t1", "vpc-1", net + "77")};
  ASSERT_TRUE(host->start_container(client));
  pollfd ready{listening.get(), POLLIN, 0};
  ASSERT_EQ(::poll(&ready, 1, 5'000), 1);
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  Fd connection(::accept4(listening.get(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC));
  EXPECT_EQ(ipv4_text(ntohl(peer.sin_addr.s_addr)), net + "77");
}

TEST_F(NetworkTest, OverlappingVpcsStayApart) {
  const std::string net = routed_vpc("vpc-1");
  auto second = host->ensure_vpc({"vpc-2", {net + "0/24"}, {}});
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->host_routed_cidrs.empty());
  EXPECT_EQ(second->notes.size(), 1u);
  const std::string in_first = task("a", "vpc-1", net + "5"), in_second = task("b", "vpc-2", net + "5");
  ASSERT_TRUE(host->start_container(server("web", in_first)));
  ASSERT_TRUE(eventually([&] { return serves(net + "5", 80); }, 5'000));
  EXPECT_EQ(fetch_from("same-address", {NetworkNamespace::Kind::path, in_second}, net + "5", 80),
            "unreachable\n");
  const std::string neighbour = task("c", "vpc-2", net + "9");
  EXPECT_EQ(fetch_from("other-vpc", {NetworkNamespace::Kind::path, neighbour}, net + "5", 80),
            "unreachable\n");
}

TEST_F(NetworkTest, SpoofedSourcesAreDropped) {
  const std::string net = routed_vpc("vpc-1");
  const auto vpc = host->ensure_vpc({"vpc-1", {net + "0/24"}, {}});
  Fd inbox;  // datagrams: an answer could not find back to a source that is not there
  ASSERT_TRUE(in_namespace(vpc->router_netns_path, [&]() -> Result<> {
    inbox.reset(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(9'999)};
    address.sin_addr.s_addr = htonl(*parse_ipv4(metadata_address));
    if (::bind(inbox.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      return fail_errno("bind");
    return {};
  }));
  // As a container with NET_ADMIN could.
  const auto send_as = [&](const std::string& source, const std::string& text) -> Result<> {
    Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in from{.sin_family = AF_INET}, to{.sin_family = AF_INET, .sin_port = htons(9'999)};
    from.sin_addr.s_addr = htonl(*parse_ipv4(source));
    to.sin_addr.s_addr = htonl(*parse_ipv4(metadata_address));
    if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&from), sizeof from) != 0 ||
        ::sendto(socket.get(), text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to) < 0)
      return fail_errno("send");
    return {};
  };
  const std::string liar = task("t1", "vpc-1", net + "5");
  ASSERT_TRUE(in_namespace(liar, [&]() -> Result<> {
    NetlinkBatch batch;
    batch.add_address(100, *parse_ipv4(net + "66"), 32);
    return Netlink::open()->execute(batch);
  }));
  // The truth is sent behind the lie, on the same way: once it is there, the lie would be too. A new link may
  // lose the first packets.
  std::string received;
  const auto receive = [&] {
    EXPECT_TRUE(in_namespace(liar, [&]() -> Result<> {
      if (auto sent = send_as(net + "66", "lie"); !sent) return sent;
      return send_as(net + "5", "true");
    }));
    char datagram[64];
    for (ssize_t got; (got = ::recv(inbox.get(), datagram, sizeof datagram, MSG_DONTWAIT)) > 0;)
      received.append(datagram, std::size_t(got));
    return !received.empty();
  };
  EXPECT_TRUE(eventually(receive));
  EXPECT_EQ(received.find("lie"), std::string::npos) << received;
}

TEST_F(NetworkTest, HostPortsAnswerEverywhere) {
  auto bridge = host->create_bridge_network("web");
  ASSERT_TRUE(bridge) << bridge.error().message;
  ASSERT_TRUE(host->start_container(server("web", bridge->netns_path)));
  ASSERT_TRUE(eventually([&] { return serves(bridge->ip, 80); }, 5'000));
  const PortSpec dynamic{.container_ip = bridge->ip, .container_port = 80};
  auto ports = host->publish_ports("web", std::vector{dynamic});
  ASSERT_TRUE(ports) << ports.error().message;
  const std::uint16_t port = ports->at(0).host_port;
  EXPECT_GE(port, 32'768);
  EXPECT_LE(port, 60'999);
  EXPECT_TRUE(serves("127.0.0.1", port));
  const std::string outside = host_address();
  if (!outside.empty()) EXPECT_TRUE(serves(outside, port));
  // From another container, and back to itself, by the host's address.
  auto other = host->create_bridge_network("other");
  ASSERT_TRUE(other);
  EXPECT_NE(other->ip, bridge->ip);
  const std::string host_ip = outside.empty() ? "169.254.176.0" : outside;
  EXPECT_NE(
      fetch_from("other", {NetworkNamespace::Kind::path, other->netns_path}, host_ip, port).find("hello"),
      std::string::npos);
  EXPECT_NE(
      fetch_from("itself", {NetworkNamespace::Kind::path, bridge->netns_path}, host_ip, port).find("hello"),
      std::string::npos);
  EXPECT_TRUE(host->unpublish_ports("web"));
  EXPECT_FALSE(serves("127.0.0.1", port));
}

TEST_F(NetworkTest, ARangeOfPortsIsPublishedInARow) {
  auto bridge = host->create_bridge_network("web");
  ASSERT_TRUE(bridge) << bridge.error().message;
  auto ports = host->publish_ports(
      "web", std::vector<PortSpec>{{.container_ip = bridge->ip, .container_port = 9'000, .count = 3}});
  ASSERT_TRUE(ports) << ports.error().message;
  ASSERT_EQ(ports->size(), 1u);
  EXPECT_EQ(ports->at(0).count, 3);
  for (std::uint16_t i = 0; i < 3; ++i) {
    const Fd listening = listen_in(bridge->netns_path, std::uint16_t(9'000 + i));
    EXPECT_TRUE(reaches("", "127.0.0.1", std::uint16_t(ports->at(0).host_port + i))) << i;
  }
  EXPECT_EQ(host->publish_ports("web", {}).value(), *ports) << "asked again: the same";
  ASSERT_NO_FATAL_FAILURE(restart_host());
  EXPECT_EQ(host->publish_ports("web", {}).value(), *ports);
}

TEST_F(NetworkTest, TakenPortsAreRefusedByName) {
  auto bridge = host->create_bridge_network("web");
  ASSERT_TRUE(bridge);
  Fd listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in local{.sin_family = AF_INET};
  local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(listening.get(), reinterpret_cast<sockaddr*>(&local), sizeof local), 0);
  ASSERT_EQ(::listen(listening.get(), 1), 0);
  socklen_t size = sizeof local;
  ::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&local), &size);
  const std::uint16_t taken = ntohs(local.sin_port);
  PortSpec spec{.host_port = taken, .container_ip = bridge->ip, .container_port = 80};
  auto refused = host->publish_ports("web", std::vector{spec});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "PortTaken");
  EXPECT_NE(refused.error().message.find(":" + std::to_string(taken)), std::string::npos);
  listening.reset();
  ASSERT_TRUE(host->publish_ports("web", std::vector{spec}));
  ASSERT_TRUE(host->create_bridge_network("second"));
  EXPECT_EQ(host->publish_ports("second", std::vector{spec}).error().code, "PortTaken");
  spec.protocol = "udp";
  EXPECT_TRUE(host->publish_ports("second", std::vector{spec})) << "the same number of another protocol";
}

TEST_F(NetworkTest, HostLoopbackIsNotReachableFromAContainer) {
  auto bridge = host->create_bridge_network("attacker");
  ASSERT_TRUE(bridge);
  Fd listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in local{.sin_family = AF_INET};
  local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(listening.get(), reinterpret_cast<sockaddr*>(&local), sizeof local), 0);
  ASSERT_EQ(::listen(listening.get(), 1), 0);
  socklen_t size = sizeof local;
  ::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&local), &size);
  auto attacker = shell("attacker", "ip addr flush dev lo; ip route add 127.0.0.1/32 via " + bridge->gateway +
                                        "; echo hi | nc -w 1 127.0.0.1 " +
                                        std::to_string(ntohs(local.sin_port)) + " || echo refused");
  attacker.cap_add = {"NET_ADMIN"};
  attacker.network = {NetworkNamespace::Kind::path, bridge->netns_path};
  EXPECT_EQ(run(attacker), "refused\n");
}

TEST_F(NetworkTest, NetworksSurviveTheirOwner) {
  const std::string net = routed_vpc("vpc-1");
  ASSERT_TRUE(host->start_container(server("web", task("t1", "vpc-1", net + "5"))));
  auto bridge = host->create_bridge_network("web2");
  ASSERT_TRUE(bridge);
  ASSERT_TRUE(host->start_container(server("web2", bridge->netns_path)));
  auto ports =
      host->publish_ports("web2", std::vector{PortSpec{.container_ip = bridge->ip, .container_port = 80}});
  ASSERT_TRUE(ports);
  ASSERT_NO_FATAL_FAILURE(restart_host());
  EXPECT_TRUE(eventually([&] { return serves(net + "5", 80); }, 5'000));
  EXPECT_TRUE(serves("127.0.0.1", ports->at(0).host_port));
  EXPECT_EQ(host->create_bridge_network("web2")->ip, bridge->ip);
  EXPECT_NE(host->create_bridge_network("web3")->ip, bridge->ip);
  EXPECT_EQ(host->publish_ports("web2", {})->at(0).host_port, ports->at(0).host_port);
  make_vpc("vpc-1", net + "0/24");
  ASSERT_TRUE(host->start_container(server("late", task("t2", "vpc-1", net + "6"))));
  EXPECT_TRUE(eventually([&] { return serves(net + "6", 80); }, 5'000));
}

TEST_F(NetworkTest, NoneHasOnlyLoopback) {
  EXPECT_EQ(run(shell("alone", "cat /proc/net/dev | tail -n +3 | while read name rest; do echo $name; done")),
            "lo:\n");
}

}  // namespace
}  // namespace slipway::runtime
