#include <algorithm>

#include "base/limits.hpp"
#include "services/common/network_interface.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/views.hpp"
#include "services/ec2/vpc_block.hpp"

namespace slipway::services::ec2 {
namespace {

constexpr std::size_t blocks_per_vpc = 50;  // the first one too (VPC user guide, "Amazon VPC quotas")

using core::ec2::Vpc;
using core::ec2::VpcCidrBlock;

bool meets(const Ipv4Cidr& block, const std::string& other) {
  return Ipv4Cidr::parse(other)->overlaps(block);
}

}  // namespace

// A route to a gateway for a part of the new block is left as it is: the local route wins.
Result<wire::Value> associate_vpc_cidr_block(Call& call) {
  const wire::ec2::AssociateVpcCidrBlockRequest request(call.input);
  auto vpc = find(call, call.turn.state.vpcs, vpc_id, request.vpc_id());
  if (!vpc) return pass(vpc);
  for (const char* member : {"AmazonProvidedIpv6CidrBlock", "Ipv6CidrBlock", "Ipv6Pool", "Ipv6IpamPoolId"})
    if (const wire::Value* value = call.input.find(member);
        value && (!value->is(wire::Kind::boolean) || value->boolean()))
      return not_served("IPv6");
  if (request.has_ipv4_ipam_pool_id() || request.has_ipv4_netmask_length()) return not_served("IPAM");
  auto block = vpc_block(request.cidr_block());
  if (!block) return pass(block);
  const std::vector<std::string> present = (*vpc)->cidrs();
  if (std::ranges::any_of(present, [&](const std::string& each) { return meets(*block, each); }))
    return fail("CidrConflict", "The CIDR '" + block->text() + "' conflicts with another block of the VPC.");
  if (present.size() >= blocks_per_vpc)
    return fail("CidrLimitExceeded", "This network '" + (*vpc)->id +
                                         "' has met its maximum number of allowed CIDRs: " +
                                         std::to_string(blocks_per_vpc));
  const VpcCidrBlock made{new_ec2_id(call.turn.random, "vpc-cidr-assoc"), block->text(), {}};
  wire::ec2::AssociateVpcCidrBlockResult result;
  result.set_vpc_id((*vpc)->id).set_cidr_block_association(block_view(made, "associating"));
  call.turn.modify(call.turn.state.vpcs, (*vpc)->key(),
                   [&](Vpc& changed) { changed.more_blocks.push_back(made); });
  return std::move(result).raw();
}

Result<wire::Value> disassociate_vpc_cidr_block(Call& call) {
  core::State& state = call.turn.state;
  const wire::ec2::DisassociateVpcCidrBlockRequest request(call.input);
  const std::string id(request.association_id());
  if (auto good = check_ids_well_formed(vpc_cidr_association_id, {id}); !good) return pass(good);
  const auto& keys = state.vpcs.with("block", call.realm.prefix() + id);
  if (keys.empty()) return missing_ids(vpc_cidr_association_id, {id});
  const Vpc& vpc = *state.vpcs.find(*keys.begin());
  if (vpc.cidr_association_id == id)
    return fail("OperationNotPermitted",
                "The vpc CIDR block with association ID " + id +
                    " may not be disassociated. It is the primary IPv4 CIDR block of the VPC");
  const VpcCidrBlock gone = *std::ranges::find(vpc.more_blocks, id, &VpcCidrBlock::association_id);
  const Ipv4Cidr block = *Ipv4Cidr::parse(gone.cidr);
  for (const std::string& key : state.subnets.with("vpc", call.realm.prefix() + vpc.id))
    if (meets(block, state.subnets.find(key)->cidr))
      return fail("InvalidCidrBlock.InUse",
                  "The vpc " + vpc.id + " currently has a subnet within CIDR block " + gone.cidr);
  wire::ec2::DisassociateVpcCidrBlockResult result;
  result.set_vpc_id(vpc.id).set_cidr_block_association(block_view(gone, "disassociating"));
  call.turn.modify(state.vpcs, vpc.key(), [&](Vpc& changed) { std::erase(changed.more_blocks, gone); });
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
