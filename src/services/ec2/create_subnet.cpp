#include <algorithm>

#include "base/limits.hpp"
#include "services/common/network_interface.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/ip_range.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/tags.hpp"
#include "services/ec2/views.hpp"
#include "services/ec2/zone.hpp"

namespace slipway::services::ec2 {
namespace {

using core::ec2::Subnet;
using core::ec2::Vpc;

bool in_a_block(const Vpc& vpc, const Ipv4Cidr& block) {
  return std::ranges::any_of(vpc.cidrs(),
                             [&](const std::string& each) { return Ipv4Cidr::parse(each)->contains(block); });
}

Result<Ipv4Cidr> block_of(const core::State& state, const Vpc& vpc, std::string_view text) {
  if (text.empty()) return missing_parameter("CidrBlock");
  const auto block = canonical_ipv4(text);
  if (!block)
    return invalid_value("Value (" + std::string(text) +
                         ") for parameter cidrBlock is invalid. This is not a valid CIDR block.");
  if (block->prefix < 16 || block->prefix > 28 || !in_a_block(vpc, *block))
    return fail("InvalidSubnet.Range", "The CIDR '" + block->text() + "' is invalid.");
  const auto& others = state.subnets.with("vpc", vpc.realm.prefix() + vpc.id);
  for (const std::string& key : others)
    if (Ipv4Cidr::parse(state.subnets.find(key)->cidr)->overlaps(*block))
      return fail("InvalidSubnet.Conflict", "The CIDR '" + block->text() + "' conflicts with another subnet");
  if (others.size() >= limits::ec2_subnets_per_vpc)
    return fail("SubnetLimitExceeded", "The maximum number of subnets has been reached.");
  return *block;
}

// The zone that is asked for by name or id, else one by chance.
Result<std::string> zone_of(Call& call, const wire::ec2::CreateSubnetRequest& request) {
  const std::vector<Zone> zones = zones_of(call.realm.region);
  std::string names;
  for (const Zone& zone : zones) {
    if (zone.name == request.availability_zone() || zone.id == request.availability_zone_id())
      return zone.name;
    names += (names.empty() ? "" : ", ") + zone.name;
  }
  if (!request.has_availability_zone() && !request.has_availability_zone_id())
    return zones[call.turn.random.below(zones.size())].name;
  const bool by_name = request.has_availability_zone();
  return invalid_value(
      "Value (" + std::string(by_name ? request.availability_zone() : request.availability_zone_id()) +
      ") for parameter " + (by_name ? "availabilityZone" : "availabilityZoneId") +
      " is invalid. Subnets can currently only be created in the following availability zones: " + names +
      ".");
}

}  // namespace

Result<wire::Value> create_subnet(Call& call) {
  const wire::ec2::CreateSubnetRequest request(call.input);
  auto vpc = find(call, call.turn.state.vpcs, vpc_id, request.vpc_id());
  if (!vpc) return pass(vpc);
  if (request.has_ipv6_cidr_block() || request.ipv6_native()) return not_served("IPv6");
  if (request.has_outpost_arn()) return not_served("An Outpost");
  if (request.has_ipv4_ipam_pool_id() || request.has_ipv4_netmask_length()) return not_served("IPAM");
  auto zone = zone_of(call, request);
  if (!zone) return pass(zone);
  auto block = block_of(call.turn.state, **vpc, request.cidr_block());
  if (!block) return pass(block);
  auto tags = tags_for(request.tag_specifications(), "subnet");
  if (!tags) return pass(tags);

  Subnet subnet;
  subnet.realm = call.realm;
  subnet.id = new_ec2_id(call.turn.random, "subnet");
  subnet.vpc_id = (*vpc)->id;
  subnet.cidr = block->text();
  subnet.availability_zone = std::move(*zone);
  subnet.tags = std::move(*tags);
  subnet.network_acl_association_id = new_ec2_id(call.turn.random, "aclassoc");
  wire::ec2::CreateSubnetResult result;
  result.set_subnet(subnet_view(call.turn.state, subnet));
  call.turn.put(call.turn.state.subnets, std::move(subnet));
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
