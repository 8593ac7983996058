#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// The host's network as the agent asks for it. Addresses are IPv4 in dotted form, CIDR blocks "10.0.0.0/16".
namespace slipway::runtime {

// Every router answers on this one: task metadata, credentials (ECS), and the default gateway of a task.
inline constexpr const char* metadata_address = "169.254.170.2";
// Names the node's own router of bridge-mode containers where a vpc_id is asked for.
inline constexpr const char* bridge_router = "bridge";

struct VpcSpec {
  std::string vpc_id;  // [A-Za-z0-9-]{1,64}
  std::vector<std::string> cidrs;
  std::vector<std::string>
      gateways;             // further addresses that the router answers on (a subnet's first address)
  std::string domain = {};  // of its addresses' names: "ec2.internal"; empty: they have none
};

// A VPC's router on this host: a network namespace, joined to the host by one veth.
struct VpcNetwork {
  std::string router_netns_path;
  std::string router_address;  // the router's end of the link to the host
  std::string host_address;    // the host's end: what a task sees when the host calls it
  // Blocks that the host itself reaches. A block that overlaps a route already there (another VPC, Docker,
  // the LAN) is not routed from the host, and `notes` says so; its tasks still reach the outside.
  std::vector<std::string> host_routed_cidrs;
  std::vector<std::string> notes;
};

// A rule as EC2 keeps it: -1 is "all" for protocol and ports; with icmp the ports are type and code.
struct SecurityRule {
  bool egress = false;
  std::string protocol;
  int from_port = -1, to_port = -1;
  std::string cidr;      // either a range …
  std::string group_id;  // … or a group, whose members' addresses it means

  bool operator==(const SecurityRule&) const = default;
};

// What is now known about a security group; members that are absent stay as they are. A group that nothing is
// known about lets nothing through.
struct SecurityGroupChange {
  std::string id;  // [A-Za-z0-9-]{1,64}
  std::optional<std::vector<SecurityRule>> rules;
  std::optional<std::vector<std::string>> members;  // addresses of the group's interfaces, here and elsewhere
  std::vector<std::string> added_members, removed_members;
};

struct TaskNetworkSpec {
  std::string task_id;
  std::string vpc_id;  // of an ensure_vpc before
  std::string ip;
  std::string mac;   // "02:…"; empty: the kernel chooses
  unsigned mtu = 0;  // 0: of the link over which the host reaches the outside
  // None: nothing is filtered. What the groups say is told by change_security_groups, before or later.
  std::optional<std::vector<std::string>> security_groups;
  // Whether its subnet has a way out; held only where groups are. Without one it reaches its VPC alone.
  bool reaches_outside = true;
};

struct TaskNetwork {
  std::string netns_path;  // a bind mount: it lives until delete_task_network, whoever dies
};

struct BridgeNetwork {
  std::string netns_path;
  std::string ip;
  std::string gateway;
};

struct PortSpec {
  std::string host_ip;          // empty or "0.0.0.0": every address of the host, 127.0.0.1 too
  std::uint16_t host_port = 0;  // 0: one is chosen from 32768-60999, ECS's ephemeral range
  // Empty: the container is in the host's own network. Its port is the host's by itself, is not reserved, and
  // is only opened to tasks.
  std::string container_ip;
  std::uint16_t container_port = 0;
  std::string protocol = "tcp";  // or "udp"
  std::uint16_t count = 1;       // of ports in a row from these on, on the host too
};

struct PublishedPort {
  std::string host_ip;  // "0.0.0.0" for every address
  std::uint16_t host_port = 0;
  std::uint16_t container_port = 0;
  std::string protocol;
  std::uint16_t count = 1;  // of a range, whose first ports these are

  bool operator==(const PublishedPort&) const = default;
};

// Name servers for a container's resolv.conf.
struct Resolvers {
  std::vector<std::string> servers;
  std::vector<std::string> search;
  std::string note;  // not empty when the host's own list could not be used as it is (a stub on 127.0.0.53)
};

}  // namespace slipway::runtime
