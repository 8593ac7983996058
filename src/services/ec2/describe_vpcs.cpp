#include "services/ec2/listing.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;
using core::ec2::Vpc;

constexpr IdKind vpc_id{"vpcIds", "vpc", "vpc ID", "InvalidVpcID.Malformed", "InvalidVpcID.NotFound"};

Values cidr(const State&, const Vpc& vpc) {
  return {vpc.cidr};
}
Values is_default(const State&, const Vpc& vpc) {
  return yes_or_no(vpc.is_default);
}

constexpr FilterField<Vpc> fields[] = {
    {"cidr", cidr},
    {"cidr-block", cidr},
    {"cidrBlock", cidr},
    {"cidr-block-association.association-id",
     [](const State&, const Vpc& v) { return Values{v.cidr_association_id}; }},
    {"cidr-block-association.cidr-block", cidr},
    {"cidr-block-association.state", [](const State&, const Vpc&) { return Values{"associated"}; }},
    {"dhcp-options-id", [](const State&, const Vpc& v) { return Values{v.dhcp_options_id}; }},
    {"ipv6-cidr-block-association.association-id", nothing<Vpc>},
    {"ipv6-cidr-block-association.ipv6-cidr-block", nothing<Vpc>},
    {"ipv6-cidr-block-association.ipv6-pool", nothing<Vpc>},
    {"ipv6-cidr-block-association.state", nothing<Vpc>},
    {"is-default", is_default},
    {"isDefault", is_default},
    {"owner-id", [](const State&, const Vpc& v) { return Values{v.realm.account}; }},
    {"state", [](const State&, const Vpc&) { return Values{"available"}; }},
    {"vpc-id", [](const State&, const Vpc& v) { return Values{v.id}; }},
};

wire::ec2::Vpc view(const Vpc& vpc) {
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

}  // namespace

Result<wire::Value> describe_vpcs(Call& call) {
  const wire::ec2::DescribeVpcsRequest request(call.input);
  wire::ListOf<wire::ec2::Vpc> page;
  auto next = describe<Vpc>(call, call.turn.state.vpcs, request, vpc_id, ids_of(request.vpc_ids()), fields,
                            [&](const Vpc& vpc) { page.push_back(view(vpc)); });
  if (!next) return pass(next);
  wire::ec2::DescribeVpcsResult result;
  result.set_vpcs(std::move(page));
  if (!next->empty()) result.set_next_token(*next);
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
