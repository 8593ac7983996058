#include <algorithm>

#include "base/limits.hpp"
#include "services/common/network_interface.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/ip_range.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/tags.hpp"
#include "services/ec2/views.hpp"
#include "services/ec2/vpc_parts.hpp"

namespace slipway::services::ec2 {
namespace {

using core::ec2::Vpc;

// Blocks that a host keeps for itself, or that name no host: 0/8, loopback, link-local (the tasks' metadata),
// multicast and what follows.
constexpr Ipv4Cidr reserved[] = {{{0x00000000}, 8}, {{0x7f000000}, 8}, {{0xa9fe0000}, 16}, {{0xe0000000}, 3}};

Result<Ipv4Cidr> block_of(const wire::ec2::CreateVpcRequest& request) {
  if (request.cidr_block().empty())
    return fail("MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.");
  const auto block = canonical_ipv4(request.cidr_block());
  if (!block)
    return invalid_value("Value (" + std::string(request.cidr_block()) +
                         ") for parameter cidrBlock is invalid. This is not a valid CIDR block.");
  if (block->prefix < 16 || block->prefix > 28 ||
      std::ranges::any_of(reserved, [&](const Ipv4Cidr& each) { return each.overlaps(*block); }))
    return fail("InvalidVpc.Range", "The CIDR '" + block->text() + "' is invalid.");
  return *block;
}

// A VPC may have a dedicated tenancy or IPv6 at AWS; one that was asked for and not made would be a lie.
Result<> check_served(const wire::ec2::CreateVpcRequest& request) {
  if (request.has_instance_tenancy() && request.instance_tenancy() != "default")
    return not_served("instanceTenancy '" + std::string(request.instance_tenancy()) + "'");
  if (request.amazon_provided_ipv6_cidr_block() || request.has_ipv6_cidr_block() || request.has_ipv6_pool() ||
      request.has_ipv6_ipam_pool_id())
    return not_served("IPv6");
  if (request.has_ipv4_ipam_pool_id() || request.has_ipv4_netmask_length()) return not_served("IPAM");
  return {};
}

}  // namespace

Result<wire::Value> create_vpc(Call& call) {
  const wire::ec2::CreateVpcRequest request(call.input);
  auto block = block_of(request);
  if (!block) return pass(block);
  if (auto good = check_served(request); !good) return pass(good);
  auto tags = tags_for(request.tag_specifications(), "vpc");
  if (!tags) return pass(tags);
  std::size_t count = 0;
  std::string dhcp_options;  // one set for all VPCs of a realm, as AWS has it
  call.turn.state.vpcs.scan(call.realm.prefix(), "", [&](const Vpc& each) {
    dhcp_options = each.dhcp_options_id;
    return ++count < limits::ec2_vpcs;
  });
  if (count >= limits::ec2_vpcs)
    return fail("VpcLimitExceeded", "The maximum number of VPCs has been reached.");

  Vpc vpc;
  vpc.realm = call.realm;
  vpc.id = new_ec2_id(call.turn.random, "vpc");
  vpc.cidr = block->text();
  vpc.tags = std::move(*tags);
  vpc.dhcp_options_id = dhcp_options.empty() ? new_ec2_id(call.turn.random, "dopt") : dhcp_options;
  vpc.cidr_association_id = new_ec2_id(call.turn.random, "vpc-cidr-assoc");
  wire::ec2::CreateVpcResult result;
  result.set_vpc(vpc_view(vpc).set_state("pending"));
  put_vpc_with_parts(call.turn, std::move(vpc));
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
