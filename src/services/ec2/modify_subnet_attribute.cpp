#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/served.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {

// What this network cannot do may be said to be off, not switched on.
Result<wire::Value> modify_subnet_attribute(Call& call) {
  const wire::ec2::ModifySubnetAttributeRequest request(call.input);
  auto found = find(call, call.turn.state.subnets, subnet_id, request.subnet_id());
  if (!found) return pass(found);
  auto attribute = only_attribute(call, "SubnetId");
  if (!attribute) return pass(attribute);
  const wire::Value& value = call.input.get(*attribute);
  const bool on = value.is(wire::Kind::object) ? value.get("Value").boolean() : value.string() != "ip-name";
  if (on && *attribute != "MapPublicIpOnLaunch") return not_served(*attribute);
  if (request.has_map_public_ip_on_launch())
    call.turn.modify(call.turn.state.subnets, (*found)->key(), [&](core::ec2::Subnet& subnet) {
      subnet.map_public_ip = request.map_public_ip_on_launch().value();
    });
  return wire::Value::object();
}

}  // namespace slipway::services::ec2
