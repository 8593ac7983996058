#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/views.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;
using core::ec2::NatGateway;

constexpr FilterField<NatGateway> fields[] = {
    {"nat-gateway-id", [](const State&, const NatGateway& g) { return Values{g.id}; }},
    {"state", [](const State&, const NatGateway& g) { return Values{g.state}; }},
    {"subnet-id", [](const State&, const NatGateway& g) { return Values{g.subnet_id}; }},
    {"vpc-id", [](const State&, const NatGateway& g) { return Values{g.vpc_id}; }},
};

}  // namespace

Result<wire::Value> describe_nat_gateways(Call& call) {
  const wire::ec2::DescribeNatGatewaysRequest request(call.input);
  wire::ListOf<wire::ec2::NatGateway> page;
  auto next = describe<NatGateway>(
      call, call.turn.state.nat_gateways, request, nat_gateway_id, ids_of(request.nat_gateway_ids()), fields,
      [&](const NatGateway& gateway) { page.push_back(nat_gateway_view(gateway)); });
  if (!next) return pass(next);
  wire::ec2::DescribeNatGatewaysResult result;
  result.set_nat_gateways(std::move(page));
  if (!next->empty()) result.set_next_token(*next);
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
