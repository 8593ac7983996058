#include "services/ec2/addresses.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {

Result<wire::Value> release_address(Call& call) {
  auto address = address_named(call);
  if (!address) return pass(address);
  if (!(*address)->association_id.empty())
    return fail("InvalidIPAddress.InUse", "Address " + (*address)->public_ip + " is in use.");
  call.turn.erase(call.turn.state.addresses, (*address)->key());
  return wire::Value::object();
}

}  // namespace slipway::services::ec2
