#include "services/ec2/ids.hpp"
#include "services/ec2/views.hpp"

namespace slipway::services::ec2 {

using core::ec2::Vpc;

wire::ec2::VpcCidrBlockAssociation block_view(const core::ec2::VpcCidrBlock& block, std::string_view state) {
  return wire::ec2::VpcCidrBlockAssociation()
      .set_association_id(block.association_id)
      .set_cidr_block(block.cidr)
      .set_cidr_block_state(wire::ec2::VpcCidrBlockState().set_state(state));
}

wire::ec2::Vpc vpc_view(const Vpc& vpc) {
  wire::ec2::Vpc out;
  out.set_vpc_id(vpc.id)
      .set_owner_id(vpc.realm.account)
      .set_state("available")
      .set_cidr_block(vpc.cidr)
      .set_is_default(vpc.is_default)
      .set_instance_tenancy("default")
      .set_dhcp_options_id(vpc.dhcp_options_id);
  out.add_cidr_block_association_set(block_view({vpc.cidr_association_id, vpc.cidr, {}}, "associated"));
  for (const auto& block : vpc.more_blocks)
    out.add_cidr_block_association_set(block_view(block, "associated"));
  if (!vpc.tags.empty()) out.set_tags(tags_view(vpc.tags));
  return out;
}

}  // namespace slipway::services::ec2
