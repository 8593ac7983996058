#include "services/ec2/addresses.hpp"

#include "services/common/network_interface.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"

namespace slipway::services::ec2 {

using core::ec2::Address;

Result<const Address*> address_named(const Call& call) {
  const core::State& state = call.turn.state;
  const std::string_view id = call.input.get("AllocationId").string();
  const std::string ip(call.input.get("PublicIp").string());
  if (!id.empty()) return find(call, state.addresses, allocation_id, id);
  if (ip.empty()) return missing_parameter("AllocationId");
  for (const std::string& key : state.addresses.with("public-ip", ip))
    if (key.starts_with(call.realm.prefix())) return state.addresses.find(key);
  return fail("InvalidAddress.NotFound", "Address '" + ip + "' not found.");
}

std::string associate(core::Turn& turn, const Address& address,
                      const core::ec2::NetworkInterface& interface) {
  const std::string id = new_ec2_id(turn.random, "eipassoc");
  turn.modify(turn.state.addresses, address.key(), [&](Address& changed) {
    changed.association_id = id;
    changed.network_interface_id = interface.id;
    changed.nat_gateway_id = interface.nat_gateway_id;
  });
  return id;
}

void disassociate(core::Turn& turn, const Address& address) {
  turn.modify(turn.state.addresses, address.key(), [](Address& changed) {
    changed.association_id.clear();
    changed.network_interface_id.clear();
    changed.nat_gateway_id.clear();
  });
}

bool has_internet_gateway(const core::State& state, const Realm& realm, std::string_view vpc) {
  return !state.internet_gateways.with("vpc", realm.prefix() + std::string(vpc)).empty();
}

}  // namespace slipway::services::ec2
