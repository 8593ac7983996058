#include "services/common/network_interface.hpp"
#include "services/common/way_out.hpp"
#include "services/ec2/addresses.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/nat_gateways.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {

// The address stays allocated; routes to the gateway stay, and lead nowhere.
Result<wire::Value> delete_nat_gateway(Call& call) {
  core::State& state = call.turn.state;
  const wire::ec2::DeleteNatGatewayRequest request(call.input);
  auto found = find(call, state.nat_gateways, nat_gateway_id, request.nat_gateway_id());
  if (!found) return pass(found);
  const core::ec2::NatGateway& gateway = **found;
  wire::ec2::DeleteNatGatewayResult result;
  result.set_nat_gateway_id(gateway.id);
  if (gateway.state == "available") {
    const auto* address = state.addresses.find(call.realm.prefix() + gateway.allocation_id);
    if (address && address->nat_gateway_id == gateway.id) disassociate(call.turn, *address);
    services::delete_network_interface(call.turn, call.realm, gateway.network_interface_id);
    WayOutChange ways(call.turn, call.realm, gateway.vpc_id);
    call.turn.modify(state.nat_gateways, gateway.key(), [&](core::ec2::NatGateway& changed) {
      changed.state = "deleted";
      changed.deleted_at = call.now();
    });
    ways.tell();
  }
  forget_old_nat_gateways(call.turn, call.realm);
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
