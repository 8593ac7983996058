#include "services/ec2/vpc_block.hpp"

#include <algorithm>
#include <string>

#include "services/ec2/errors.hpp"
#include "services/ec2/ip_range.hpp"

namespace slipway::services::ec2 {
namespace {

// Blocks that a host keeps for itself, or that name no host: 0/8, loopback, link-local (the tasks' metadata),
// multicast and what follows.
constexpr Ipv4Cidr reserved[] = {{{0x00000000}, 8}, {{0x7f000000}, 8}, {{0xa9fe0000}, 16}, {{0xe0000000}, 3}};

}  // namespace

Result<Ipv4Cidr> vpc_block(std::string_view text) {
  if (text.empty())
    return fail("MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.");
  const auto block = canonical_ipv4(text);
  if (!block)
    return invalid_value("Value (" + std::string(text) +
                         ") for parameter cidrBlock is invalid. This is not a valid CIDR block.");
  if (block->prefix < 16 || block->prefix > 28 ||
      std::ranges::any_of(reserved, [&](const Ipv4Cidr& each) { return each.overlaps(*block); }))
    return fail("InvalidVpc.Range", "The CIDR '" + block->text() + "' is invalid.");
  return *block;
}

}  // namespace slipway::services::ec2
