#include "services/common/network_interface.hpp"

#include <algorithm>
#include <optional>

#include "base/check.hpp"
#include "base/cidr.hpp"
#include "base/limits.hpp"
#include "services/common/security_groups.hpp"

namespace slipway::services {
namespace {

using core::ec2::NetworkInterface;
using core::ec2::SecurityGroup;
using core::ec2::Subnet;

// Network, router, DNS and a spare at the front, broadcast at the end.
constexpr std::uint64_t reserved_front = 4;
constexpr std::uint64_t reserved_back = 1;

Ipv4Cidr block_of(const Subnet& subnet) {
  const auto block = Ipv4Cidr::parse(subnet.cidr);
  check(block.has_value(), "a subnet without a CIDR block");
  return *block;
}

std::uint64_t usable(const Ipv4Cidr& block) {
  constexpr auto reserved = reserved_front + reserved_back;
  return block.size() > reserved ? block.size() - reserved : 0;
}

bool taken(const core::State& state, const Subnet& subnet, Ipv4 address) {
  return !state.network_interfaces
              .with("address", NetworkInterface::address_key(subnet.realm, subnet.vpc_id, address.text()))
              .empty();
}

// Addresses are drawn, not counted up: the search then does not walk over the addresses that others hold, and
// one that a stopped task gave back is seldom handed on while peers still remember it. Only in a subnet that
// is almost full do the draws fail; then a walk from a drawn place finds what is left, or the count has
// already said that nothing is.
std::optional<Ipv4> draw_address(core::Turn& turn, const Subnet& subnet) {
  if (free_addresses(turn.state, subnet) <= 0) return std::nullopt;
  const Ipv4Cidr block = block_of(subnet);
  const std::uint64_t count = usable(block);
  for (int draw = 0; draw < limits::address_draws; ++draw) {
    const Ipv4 address = block.at(reserved_front + turn.random.below(count));
    if (!taken(turn.state, subnet, address)) return address;
  }
  const std::uint64_t start = turn.random.below(count);
  for (std::uint64_t step = 0; step < count; ++step) {
    const Ipv4 address = block.at(reserved_front + (start + step) % count);
    if (!taken(turn.state, subnet, address)) return address;
  }
  return std::nullopt;
}

// Locally administered, unicast. Two interfaces of one VPC never share one, because it holds the address.
std::string mac_of(Random& random, Ipv4 address) {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::uint64_t bytes = 0x02ull << 40 | random.below(256) << 32 | address.bits;
  std::string out;
  for (int shift = 44; shift >= 0; shift -= 4) {
    out += digits[bytes >> shift & 0xf];
    if (shift % 8 == 0 && shift > 0) out += ':';
  }
  return out;
}

// The address that is asked for by name.
Result<Ipv4> named_address(const core::State& state, const Subnet& subnet, const std::string& text) {
  const auto address = Ipv4::parse(text);
  const Ipv4Cidr block = block_of(subnet);
  if (!address || !block.contains(*address))
    return fail("InvalidParameterValue",
                "Address " + text + " does not fall within the subnet's address range");
  const std::uint64_t offset = address->bits - block.first.bits;
  if (offset < reserved_front || offset >= block.size() - reserved_back)
    return fail("InvalidParameterValue", "Address " + text + " is in subnet's reserved address range");
  if (taken(state, subnet, *address))
    return fail("InvalidIPAddress.InUse", "Address " + text + " is in use.");
  return *address;
}

Result<Ipv4> address_for(core::Turn& turn, const Subnet& subnet, const std::string& asked) {
  if (!asked.empty()) return named_address(turn.state, subnet, asked);
  if (const auto address = draw_address(turn, subnet)) return *address;
  return fail("InsufficientFreeAddressesInSubnet",
              "The specified subnet does not have enough free addresses to satisfy the request.");
}

}  // namespace

Result<std::string> create_network_interface(core::Turn& turn, const Realm& realm,
                                             const NetworkInterfaceRequest& request) {
  const Subnet* subnet = turn.state.subnets.find(Subnet::key_of(realm, request.subnet_id));
  if (!subnet)
    return fail("InvalidSubnetID.NotFound", "The subnet ID '" + request.subnet_id + "' does not exist");
  // Nothing is filtered at a NAT gateway.
  Result<std::vector<std::string>> groups;
  if (request.nat_gateway_id.empty())
    groups = interface_groups(turn.state, realm, subnet->vpc_id, "subnet " + subnet->id,
                              request.security_group_ids);
  if (!groups) return pass(groups);
  const auto address = address_for(turn, *subnet, request.private_ip);
  if (!address) return std::unexpected(address.error());

  NetworkInterface made;
  made.realm = realm;
  made.id = new_ec2_id(turn.random, "eni");
  made.subnet_id = subnet->id;
  made.vpc_id = subnet->vpc_id;
  made.availability_zone = subnet->availability_zone;
  made.private_ip = address->text();
  made.mac = mac_of(turn.random, *address);
  made.security_group_ids = std::move(*groups);
  made.description = request.description;
  const bool held = !request.task_key.empty() || !request.nat_gateway_id.empty();
  made.status = held ? "in-use" : "available";
  if (held) made.attachment_id = new_ec2_id(turn.random, "eni-attach");
  made.task_key = request.task_key;
  made.nat_gateway_id = request.nat_gateway_id;
  made.assign_public_ip = request.assign_public_ip;
  made.created_at = turn.now();
  std::string id = made.id;
  security_group_member(turn, made, true);
  turn.put(turn.state.network_interfaces, std::move(made));
  return id;
}

void delete_network_interface(core::Turn& turn, const Realm& realm, std::string_view network_interface_id) {
  const std::string key = NetworkInterface::key_of(realm, network_interface_id);
  if (const NetworkInterface* interface = turn.state.network_interfaces.find(key))
    security_group_member(turn, *interface, false);
  turn.erase(turn.state.network_interfaces, key);
}

Result<std::vector<std::string>> interface_groups(const core::State& state, const Realm& realm,
                                                  std::string_view vpc_id, std::string_view where,
                                                  const std::vector<std::string>& asked) {
  if (asked.size() > limits::security_groups_per_interface)
    return fail("SecurityGroupsPerInterfaceLimitExceeded",
                "The maximum number of security groups per interface has been reached.");
  std::vector<std::string> groups;
  for (const std::string& id : asked) {
    const SecurityGroup* group = state.security_groups.find(SecurityGroup::key_of(realm, id));
    if (!group) return fail("InvalidGroup.NotFound", "The security group '" + id + "' does not exist");
    if (group->vpc_id != vpc_id)
      return fail("InvalidParameter",
                  "Security group " + id + " and " + std::string(where) + " belong to different networks.");
    if (std::ranges::find(groups, id) == groups.end()) groups.push_back(id);
  }
  if (!groups.empty()) return groups;
  for (const std::string& key :
       state.security_groups.with("name", SecurityGroup::name_key(realm, vpc_id, "default")))
    groups.push_back(state.security_groups.find(key)->id);
  return groups;
}

std::int64_t free_addresses(const core::State& state, const Subnet& subnet) {
  const std::size_t used = state.network_interfaces.with("subnet", subnet.realm.prefix() + subnet.id).size();
  return std::int64_t(usable(block_of(subnet))) - std::int64_t(used);
}

std::string private_dns_name(const NetworkInterface& interface) {
  std::string name = "ip-" + interface.private_ip;
  std::ranges::replace(name, '.', '-');
  const std::string& region = interface.realm.region;
  return name + (region == "us-east-1" ? ".ec2.internal" : "." + region + ".compute.internal");
}

std::string new_ec2_id(Random& random, std::string_view prefix) {
  return std::string(prefix) + "-0" + random_hex(random, 16);
}

}  // namespace slipway::services
