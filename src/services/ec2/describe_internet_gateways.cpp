#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/views.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;
using core::ec2::InternetGateway;

Values attached(const InternetGateway& gateway, const std::string& value) {
  return gateway.vpc_id.empty() ? Values() : Values{value};
}

constexpr FilterField<InternetGateway> fields[] = {
    {"attachment.state", [](const State&, const InternetGateway& g) { return attached(g, "available"); }},
    {"attachment.vpc-id", [](const State&, const InternetGateway& g) { return attached(g, g.vpc_id); }},
    {"internet-gateway-id", [](const State&, const InternetGateway& g) { return Values{g.id}; }},
    {"owner-id", [](const State&, const InternetGateway& g) { return Values{g.realm.account}; }},
};

}  // namespace

Result<wire::Value> describe_internet_gateways(Call& call) {
  const wire::ec2::DescribeInternetGatewaysRequest request(call.input);
  wire::ListOf<wire::ec2::InternetGateway> page;
  auto next = describe<InternetGateway>(
      call, call.turn.state.internet_gateways, request, internet_gateway_id,
      ids_of(request.internet_gateway_ids()), fields,
      [&](const InternetGateway& gateway) { page.push_back(internet_gateway_view(gateway)); });
  if (!next) return pass(next);
  wire::ec2::DescribeInternetGatewaysResult result;
  result.set_internet_gateways(std::move(page));
  if (!next->empty()) result.set_next_token(*next);
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
