#include "base/limits.hpp"
#include "services/common/network_interface.hpp"
#include "services/ec2/addresses.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/idempotency.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/nat_gateways.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/tags.hpp"
#include "services/ec2/views.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;
using core::ec2::NatGateway;
using core::ec2::Subnet;

Result<> check_served(const wire::ec2::CreateNatGatewayRequest& request) {
  if ((request.has_availability_mode() && request.availability_mode() != "zonal") || request.has_vpc_id() ||
      !request.availability_zone_addresses().empty())
    return not_served("A regional NAT gateway");
  if (!request.secondary_allocation_ids().empty() || !request.secondary_private_ip_addresses().empty() ||
      request.secondary_private_ip_address_count() != 0)
    return not_served("A second address of a NAT gateway");
  const std::string_view type = request.connectivity_type();
  if (request.has_connectivity_type() && type != "public" && type != "private")
    return invalid_value("Value (" + std::string(type) + ") for parameter connectivityType is invalid.");
  if (type == "private" && request.has_allocation_id())
    return fail("InvalidParameterCombination",
                "The parameter allocationId cannot be used with a private NAT gateway");
  if (type != "private" && request.allocation_id().empty()) return missing_parameter("AllocationId");
  return {};
}

Result<> check_count(const Call& call) {
  std::size_t count = 0;
  call.turn.state.nat_gateways.scan(call.realm.prefix(), "",
                                    [&](const auto&) { return ++count < limits::ec2_nat_gateways; });
  if (count >= limits::ec2_nat_gateways)
    return fail("NatGatewayLimitExceeded", "The maximum number of NAT gateways has been reached.");
  return {};
}

// AWS finds these out after its answer: the gateway is made, and has failed.
Result<> connect(Call& call, NatGateway& gateway, const std::string& private_ip) {
  const State& state = call.turn.state;
  const auto* address = state.addresses.find(call.realm.prefix() + gateway.allocation_id);
  if (address && !has_internet_gateway(state, call.realm, gateway.vpc_id))
    return fail("Gateway.NotAttached", "Network " + gateway.vpc_id + " has no Internet gateway attached");
  if (address && !address->association_id.empty())
    return fail("Resource.AlreadyAssociated",
                "Elastic IP address [" + gateway.allocation_id + "] is already associated");
  NetworkInterfaceRequest wanted;
  wanted.subnet_id = gateway.subnet_id;
  wanted.description = "Interface for NAT Gateway " + gateway.id;
  wanted.nat_gateway_id = gateway.id;
  wanted.private_ip = private_ip;
  auto made = services::create_network_interface(call.turn, call.realm, wanted);
  if (!made) return pass(made);
  const auto& interface = *state.network_interfaces.find(call.realm.prefix() + *made);
  gateway.network_interface_id = interface.id;
  gateway.private_ip = interface.private_ip;
  if (address) {
    gateway.public_ip = address->public_ip;
    gateway.association_id = associate(call.turn, *address, interface);
  }
  return {};
}

}  // namespace

void forget_old_nat_gateways(core::Turn& turn, const Realm& realm) {
  std::vector<std::string> old;
  turn.state.nat_gateways.scan(realm.prefix(), "", [&](const NatGateway& each) {
    if (!each.is_available() && turn.now() >= each.deleted_at + limits::ec2_nat_gateway_kept_ms)
      old.push_back(each.key());
    return true;
  });
  for (const std::string& key : old) turn.erase(turn.state.nat_gateways, key);
}

Result<wire::Value> create_nat_gateway(Call& call) {
  core::State& state = call.turn.state;
  const wire::ec2::CreateNatGatewayRequest request(call.input);
  wire::ec2::CreateNatGatewayResult result;
  if (request.has_client_token()) result.set_client_token(request.client_token());
  auto before = made_before(call);
  if (!before) return pass(before);
  if (*before)
    if (const auto* gateway = state.nat_gateways.find(NatGateway::key_of(call.realm, **before))) {
      result.set_nat_gateway(nat_gateway_view(*gateway));
      return std::move(result).raw();
    }
  if (auto good = check_served(request); !good) return pass(good);
  if (request.subnet_id().empty()) return missing_parameter("SubnetId");
  auto subnet = find(call, state.subnets, subnet_id, request.subnet_id());
  if (!subnet) return pass(subnet);
  if (request.has_allocation_id())
    if (auto address = find(call, state.addresses, allocation_id, request.allocation_id()); !address)
      return pass(address);
  auto tags = tags_for(request.tag_specifications(), "natgateway");
  if (!tags) return pass(tags);
  forget_old_nat_gateways(call.turn, call.realm);
  if (auto good = check_count(call); !good) return pass(good);

  NatGateway gateway;
  gateway.realm = call.realm;
  gateway.id = new_ec2_id(call.turn.random, "nat");
  gateway.subnet_id = (*subnet)->id;
  gateway.vpc_id = (*subnet)->vpc_id;
  gateway.connectivity_type = request.has_connectivity_type() ? request.connectivity_type() : "public";
  gateway.allocation_id = request.allocation_id();
  gateway.created_at = call.now();
  gateway.tags = std::move(*tags);
  auto connected = connect(call, gateway, std::string(request.private_ip_address()));
  gateway.state = connected ? "available" : "failed";
  if (!connected) {
    if (!request.private_ip_address().empty() && connected.error().code.starts_with("Invalid"))
      return pass(connected);
    gateway.failure_code = connected.error().code;
    gateway.failure_message = connected.error().message;
    gateway.deleted_at = call.now();
  }
  result.set_nat_gateway(nat_gateway_view(gateway).set_state("pending"));
  remember_made(call, gateway.id);
  call.turn.put(state.nat_gateways, std::move(gateway));
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
