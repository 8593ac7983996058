#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/views.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;
using core::ec2::Vpc;

Values cidr(const State&, const Vpc& vpc) {
  return {vpc.cidr};
}
Values is_default(const State&, const Vpc& vpc) {
  return yes_or_no(vpc.is_default);
}

Values blocks(const State&, const Vpc& vpc) {
  return vpc.cidrs();
}
Values associations(const State&, const Vpc& vpc) {
  Values ids{vpc.cidr_association_id};
  for (const auto& block : vpc.more_blocks) ids.push_back(block.association_id);
  return ids;
}

constexpr FilterField<Vpc> fields[] = {
    {"cidr", cidr},
    {"cidr-block", cidr},
    {"cidrBlock", cidr},
    {"cidr-block-association.association-id", associations},
    {"cidr-block-association.cidr-block", blocks},
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

}  // namespace

Result<wire::Value> describe_vpcs(Call& call) {
  const wire::ec2::DescribeVpcsRequest request(call.input);
  wire::ListOf<wire::ec2::Vpc> page;
  auto next = describe<Vpc>(call, call.turn.state.vpcs, request, vpc_id, ids_of(request.vpc_ids()), fields,
                            [&](const Vpc& vpc) { page.push_back(vpc_view(vpc)); });
  if (!next) return pass(next);
  wire::ec2::DescribeVpcsResult result;
  result.set_vpcs(std::move(page));
  if (!next->empty()) result.set_next_token(*next);
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
