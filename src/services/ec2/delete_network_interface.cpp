#include "services/common/network_interface.hpp"
#include "services/ec2/addresses.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/views.hpp"

namespace slipway::services::ec2 {

Result<wire::Value> delete_network_interface(Call& call) {
  const core::State& state = call.turn.state;
  const wire::ec2::DeleteNetworkInterfaceRequest request(call.input);
  auto interface = find(call, state.network_interfaces, interface_id, request.network_interface_id());
  if (!interface) return pass(interface);
  if ((*interface)->status == "in-use")
    return invalid_value("Network interface '" + (*interface)->id + "' is currently in use.");
  if (const auto* address = address_of(state, **interface)) disassociate(call.turn, *address);
  services::delete_network_interface(call.turn, call.realm, (*interface)->id);
  return wire::Value::object();
}

}  // namespace slipway::services::ec2
