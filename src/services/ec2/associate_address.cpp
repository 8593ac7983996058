#include "services/ec2/addresses.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/views.hpp"

namespace slipway::services::ec2 {
namespace {

using core::ec2::Address;
using core::ec2::NetworkInterface;

Result<> check_free(const Address& address, const Address* of_interface, bool may_move,
                    const NetworkInterface& interface) {
  if (may_move) return {};
  if (!address.association_id.empty())
    return fail("Resource.AlreadyAssociated", "resource " + address.allocation_id +
                                                  " is already associated with associate-id " +
                                                  address.association_id);
  if (of_interface)
    return fail(
        "Resource.AlreadyAssociated",
        "resource " + interface.id + " is already associated with address " + of_interface->public_ip);
  return {};
}

}  // namespace

// Tasks' and NAT gateways' interfaces get their addresses from those who made them.
Result<wire::Value> associate_address(Call& call) {
  const core::State& state = call.turn.state;
  const wire::ec2::AssociateAddressRequest request(call.input);
  auto address = address_named(call);
  if (!address) return pass(address);
  if (request.has_instance_id())
    return fail("InvalidInstanceID.NotFound",
                "The instance ID '" + std::string(request.instance_id()) + "' does not exist");
  if (request.network_interface_id().empty()) return missing_parameter("NetworkInterfaceId");
  auto interface = find(call, state.network_interfaces, interface_id, request.network_interface_id());
  if (!interface) return pass(interface);
  const NetworkInterface& eni = **interface;
  if (!requester_of(eni).empty() || !(*address)->nat_gateway_id.empty())
    return fail("AuthFailure", "You do not have permission to access the specified resource.");
  if (request.has_private_ip_address() && request.private_ip_address() != eni.private_ip)
    return invalid_value("Private IP address " + std::string(request.private_ip_address()) +
                         " is not assigned to network interface " + eni.id);
  if (!has_internet_gateway(state, call.realm, eni.vpc_id))
    return fail("Gateway.NotAttached", "Network " + eni.vpc_id + " is not attached to any internet gateway");

  wire::ec2::AssociateAddressResult result;
  if ((*address)->network_interface_id == eni.id) {
    result.set_association_id((*address)->association_id);
    return std::move(result).raw();
  }
  const Address* before = address_of(state, eni);
  if (auto good = check_free(**address, before, request.allow_reassociation(), eni); !good) return pass(good);
  if (before) disassociate(call.turn, *before);
  result.set_association_id(associate(call.turn, **address, eni));
  return std::move(result).raw();
}

Result<wire::Value> disassociate_address(Call& call) {
  const core::State& state = call.turn.state;
  const wire::ec2::DisassociateAddressRequest request(call.input);
  const Address* address = nullptr;
  if (const std::string id(request.association_id()); !id.empty()) {
    if (auto good = check_ids_well_formed(address_association_id, {id}); !good) return pass(good);
    const auto& keys = state.addresses.with("association", call.realm.prefix() + id);
    if (keys.empty()) return missing_ids(address_association_id, {id});
    address = state.addresses.find(*keys.begin());
  } else {
    if (request.public_ip().empty()) return missing_parameter("AssociationId");
    auto named = address_named(call);
    if (!named) return pass(named);
    address = *named;
  }
  if (!address->nat_gateway_id.empty())
    return fail("AuthFailure", "You do not have permission to access the specified resource.");
  if (!address->association_id.empty()) disassociate(call.turn, *address);
  return wire::Value::object();
}

}  // namespace slipway::services::ec2
