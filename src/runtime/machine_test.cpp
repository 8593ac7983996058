// A whole machine in a network namespace, with an outside beside it: the way out, and others' firewalls.
#include "runtime/net/netlink.hpp"
#include "runtime/net/network.hpp"
#include "runtime/net/nft.hpp"
#include "runtime/network_fixture.hpp"

namespace slipway::runtime {
namespace {

constexpr const char* docker =
    "table ip filter {\n"
    " chain FORWARD {\n  type filter hook forward priority 0; policy drop;\n  jump DOCKER-USER\n }\n"
    " chain DOCKER-USER {\n  return\n }\n}\n";
constexpr const char* outside_ip = "198.51.100.1";
constexpr const char* machine_ip = "198.51.100.2";

class MachineTest : public NetworkTest {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: network namespaces";
    for (const char* tool : {"nft", "ip"})
      if (!run_helper({tool, tool[0] == 'n' ? "--version" : "-V"}, "", 5'000))
        GTEST_SKIP() << "needs " << tool;
    SystemRandom random;
    paths.node_id = random_hex(random, 8);
    directory = std::filesystem::temp_directory_path() / ("slipway-machine-" + paths.node_id);
    paths.node_dir = paths.run_dir = directory / "run";
    std::filesystem::create_directories(paths.run_dir);
    machine = directory / "machine";
    outside = directory / "outside";
    ASSERT_TRUE(create_namespace(machine, [&](int) { return ip("link set lo up"); }));
    auto made = create_namespace(outside, [&](int netns) -> Result<> {
      auto here = Netlink::open();
      if (!here) return pass(here);
      Result<> linked = in_namespace(machine, [&]() -> Result<> {
        NetlinkBatch veth;
        veth.add_veth({.name = "up0"}, {.name = "out0", .netns = netns}, 1'400);
        if (auto added = Netlink::open()->execute(veth); !added) return added;
        if (auto done = ip("addr add 198.51.100.2/24 dev up0"); !done) return done;
        if (auto done = ip("link set up0 up"); !done) return done;
        return {};
      });
      if (!linked) return linked;
      if (auto done = ip("link set lo up"); !done) return done;
      if (auto done = ip("addr add 198.51.100.1/24 dev out0"); !done) return done;
      return ip("link set out0 up");
    });
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_TRUE(in_namespace(machine, [&] { return ip("route add default via 198.51.100.1"); }));
    network.emplace(paths, "nft", "");
  }

  void TearDown() override {
    if (network) {
      EXPECT_TRUE(on_machine([&] { return network->destroy(); }));
      network.reset();
    }
    if (directory.empty()) return;
    (void)drop_namespace(machine);
    (void)drop_namespace(outside);
    std::filesystem::remove_all(directory);
  }

  static Result<> ip(const std::string& words) {
    std::vector<std::string> arguments = {"ip"};
    std::istringstream in(words);
    for (std::string word; in >> word;) arguments.push_back(word);
    auto done = run_helper(arguments, "", 5'000);
    if (!done) return pass(done);
    return done->exit_code == 0 ? Result<>{} : fail("HostError", "ip " + words + ": " + done->err, 500);
  }
  Result<> on_machine(const std::function<Result<>()>& work) { return in_namespace(machine, work); }
  // Gives the task's namespace.
  std::string start(const std::string& task = "t", const std::string& address = "10.0.0.5") {
    std::string netns;
    auto made = on_machine([&]() -> Result<> {
      if (!recovered)
        if (auto done = network->recover(); !done) return done;
      recovered = true;
      if (auto vpc = network->ensure_vpc({"vpc-1", {"10.0.0.0/16"}, {}}); !vpc) return pass(vpc);
      auto attached = network->create_task_network({.task_id = task, .vpc_id = "vpc-1", .ip = address});
      if (!attached) return pass(attached);
      netns = attached->netns_path;
      return {};
    });
    EXPECT_TRUE(made) << made.error().message;
    return netns;
  }
  std::string filter_table() {
    std::string text;
    (void)on_machine([&]() -> Result<> {
      if (auto listed = run_helper({"nft", "list", "table", "ip", "filter"}, "", 5'000)) text = listed->out;
      return {};
    });
    return text;
  }

  NodePaths paths;
  std::string machine, outside;
  std::optional<Network> network;
  bool recovered = false;
};

TEST_F(MachineTest, TasksGoOutWithTheMachinesAddress) {
  const std::string task = start();
  const Fd listening = listen_in(outside, 80);
  EXPECT_TRUE(reaches(task, outside_ip, 80));
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  Fd accepted(::accept4(listening.get(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC));
  EXPECT_EQ(ipv4_text(ntohl(peer.sin_addr.s_addr)), machine_ip);
}

TEST_F(MachineTest, TheOutsideDoesNotComeIn) {
  const std::string task = start();
  const Fd listening = listen_in(task, 80);
  ASSERT_TRUE(in_namespace(outside, [&] { return ip("route add 10.0.0.0/16 via 198.51.100.2"); }));
  EXPECT_TRUE(reaches(machine, "10.0.0.5", 80));
  EXPECT_TRUE(refuses(outside, "10.0.0.5", 80));
}

TEST_F(MachineTest, DockersFirewallLetsTasksPassAndIsLeftAsItWas) {
  ASSERT_TRUE(on_machine([] { return run_nft("nft", docker); }));
  const std::string before = filter_table();
  const std::string task = start();
  const Fd listening = listen_in(outside, 80);
  EXPECT_TRUE(reaches(task, outside_ip, 80));
  EXPECT_NE(filter_table(), before);
  EXPECT_TRUE(on_machine([&] { return network->destroy(); }));
  EXPECT_EQ(filter_table(), before);
}

TEST_F(MachineTest, AFirewallThatComesLaterIsSeenWithTheNextRouter) {
  const std::string task = start();
  const Fd listening = listen_in(outside, 80);
  ASSERT_TRUE(on_machine([] { return run_nft("nft", docker); }));
  EXPECT_TRUE(refuses(task, outside_ip, 80)) << "the test's firewall stops nothing";
  ASSERT_TRUE(on_machine([&]() -> Result<> {
    auto vpc = network->ensure_vpc({"vpc-2", {"10.1.0.0/16"}, {}});
    return vpc ? Result<>{} : pass(vpc);
  }));
  EXPECT_TRUE(reaches(task, outside_ip, 80));
}

TEST_F(MachineTest, PacketsFitTheWayOut) {
  const std::string task = start();
  ASSERT_TRUE(in_namespace(task, [&]() -> Result<> {
    for (const LinkInfo& link : *Netlink::open()->links())
      if (link.name == "eth0") EXPECT_EQ(link.mtu, 1'400u);
    return {};
  }));
  // A narrower link further on: the sender is told.
  ASSERT_TRUE(on_machine([&] { return ip("link set up0 mtu 1300"); }));
  ASSERT_TRUE(in_namespace(task, [&]() -> Result<> {
    Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const int always = IP_PMTUDISC_DO;
    ::setsockopt(socket.get(), IPPROTO_IP, IP_MTU_DISCOVER, &always, sizeof always);
    const sockaddr_in to = at(outside_ip, 9);
    EXPECT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    const std::string large(1'350, 'x');
    EXPECT_TRUE(eventually(
        [&] {
          (void)::send(socket.get(), large.data(), large.size(), 0);
          int mtu = 0;
          socklen_t size = sizeof mtu;
          ::getsockopt(socket.get(), IPPROTO_IP, IP_MTU, &mtu, &size);
          return mtu == 1'300;
        },
        2'000));
    return {};
  }));
}

TEST_F(MachineTest, OverlappingVpcsBothGoOut) {
  const std::string first = start();
  std::string second;
  ASSERT_TRUE(on_machine([&]() -> Result<> {
    if (auto vpc = network->ensure_vpc({"vpc-2", {"10.0.0.0/16"}, {}}); !vpc) return pass(vpc);
    auto attached = network->create_task_network({.task_id = "t2", .vpc_id = "vpc-2", .ip = "10.0.0.5"});
    if (!attached) return pass(attached);
    second = attached->netns_path;
    return {};
  }));
  const Fd listening = listen_in(outside, 80);
  EXPECT_TRUE(reaches(first, outside_ip, 80));
  EXPECT_TRUE(reaches(second, outside_ip, 80));
  const std::string third = start("t3", "10.0.0.6");
  const Fd of_first = listen_in(first, 81);
  EXPECT_TRUE(reaches(third, "10.0.0.5", 81));
  ASSERT_TRUE(on_machine([&]() -> Result<> {
    auto attached = network->create_task_network({.task_id = "t4", .vpc_id = "vpc-2", .ip = "10.0.0.7"});
    if (!attached) return pass(attached);
    EXPECT_TRUE(refuses(attached->netns_path, "10.0.0.5", 81)) << "the other VPC's 10.0.0.5";
    return {};
  }));
}

// The second node of a kernel, and what the first gives up.
TEST_F(MachineTest, TheNextNodeTakesOverTheHostsWay) {
  (void)start();
  NodePaths others = paths;
  std::string& id = others.node_id;
  id[0] = id[0] == 'f' ? 'e' : 'f';
  others.node_dir = others.run_dir = directory / "run2";
  std::filesystem::create_directories(others.run_dir);
  std::optional<Network> second;
  second.emplace(others, "nft", "");
  const VpcSpec same{"vpc-1", {"10.0.0.0/16"}, {}};
  const auto metadata_link = [&] {
    std::string text;
    (void)on_machine([&]() -> Result<> {
      if (auto shown = run_helper({"ip", "route", "show", metadata_address}, "", 5'000)) text = shown->out;
      return {};
    });
    return text;
  };
  ASSERT_TRUE(on_machine([&]() -> Result<> {
    if (auto bridge = network->create_bridge_network("b"); !bridge) return pass(bridge);
    if (auto done = second->recover(); !done) return done;
    auto vpc = second->ensure_vpc(same);
    if (!vpc) return pass(vpc);
    EXPECT_TRUE(vpc->host_routed_cidrs.empty());
    auto bridge = second->create_bridge_network("b");
    return bridge ? Result<>{} : pass(bridge);
  }));
  EXPECT_NE(metadata_link().find(paths.link_prefix()), std::string::npos) << metadata_link();
  EXPECT_TRUE(on_machine([&] { return network->destroy(); }));
  EXPECT_TRUE(
      eventually([&] { return metadata_link().find(others.link_prefix()) != std::string::npos; }, 5'000));
  EXPECT_TRUE(eventually(
      [&] {
        bool routed = false;
        (void)on_machine([&]() -> Result<> {
          routed = second->ensure_vpc(same)->host_routed_cidrs == same.cidrs;
          return {};
        });
        return routed;
      },
      5'000));
  EXPECT_TRUE(on_machine([&] { return second->destroy(); }));
  second.reset();
}

}  // namespace
}  // namespace slipway::runtime
