#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {

// Routes to it stay, and lead nowhere.
Result<wire::Value> delete_internet_gateway(Call& call) {
  core::State& state = call.turn.state;
  const wire::ec2::DeleteInternetGatewayRequest request(call.input);
  auto gateway = find(call, state.internet_gateways, internet_gateway_id, request.internet_gateway_id());
  if (!gateway) return pass(gateway);
  if (!(*gateway)->vpc_id.empty()) return has_dependencies("internetGateway", (*gateway)->id);
  call.turn.erase(state.internet_gateways, (*gateway)->key());
  return wire::Value::object();
}

}  // namespace slipway::services::ec2
