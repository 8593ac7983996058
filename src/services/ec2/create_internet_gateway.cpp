#include "base/limits.hpp"
#include "services/common/network_interface.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/tags.hpp"
#include "services/ec2/views.hpp"

namespace slipway::services::ec2 {

Result<wire::Value> create_internet_gateway(Call& call) {
  const wire::ec2::CreateInternetGatewayRequest request(call.input);
  auto tags = tags_for(request.tag_specifications(), "internet-gateway");
  if (!tags) return pass(tags);
  std::size_t count = 0;
  call.turn.state.internet_gateways.scan(
      call.realm.prefix(), "", [&](const auto&) { return ++count < limits::ec2_internet_gateways; });
  if (count >= limits::ec2_internet_gateways)
    return fail("InternetGatewayLimitExceeded", "The maximum number of internet gateways has been reached.");
  core::ec2::InternetGateway gateway;
  gateway.realm = call.realm;
  gateway.id = new_ec2_id(call.turn.random, "igw");
  gateway.tags = std::move(*tags);
  wire::ec2::CreateInternetGatewayResult result;
  result.set_internet_gateway(internet_gateway_view(gateway));
  call.turn.put(call.turn.state.internet_gateways, std::move(gateway));
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
