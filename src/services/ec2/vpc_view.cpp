#include "services/ec2/ids.hpp"
#include "services/ec2/views.hpp"

namespace slipway::services::ec2 {

using core::ec2::Vpc;

wire::ec2::Vpc vpc_view(const Vpc& vpc) {
  wire::ec2::Vpc out;
  out.set_vpc_id(vpc.id)
      .set_owner_id(vpc.realm.account)
      .set_state("available")
      .set_cidr_block(vpc.cidr)
      .set_is_default(vpc.is_default)
      .set_instance_tenancy("default")
      .set_dhcp_options_id(vpc.dhcp_options_id);
  wire::ec2::VpcCidrBlockAssociation block;
  block.set_association_id(vpc.cidr_association_id)
      .set_cidr_block(vpc.cidr)
      .set_cidr_block_state(wire::ec2::VpcCidrBlockState().set_state("associated"));
  out.add_cidr_block_association_set(std::move(block));
  if (!vpc.tags.empty()) out.set_tags(tags_view(vpc.tags));
  return out;
}

}  // namespace slipway::services::ec2
