#include "services/common/way_out.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {
namespace {

using core::ec2::InternetGateway;
using core::ec2::Vpc;

void attach_to(Call& call, const InternetGateway& gateway, const std::string& vpc) {
  call.turn.modify(call.turn.state.internet_gateways, gateway.key(),
                   [&](InternetGateway& changed) { changed.vpc_id = vpc; });
}

// Whether an interface of the VPC has a public address: it would be cut off.
bool has_mapped_addresses(const core::State& state, const Vpc& vpc) {
  for (const std::string& key : state.network_interfaces.with("vpc", vpc.realm.prefix() + vpc.id)) {
    const auto& interface = *state.network_interfaces.find(key);
    if (interface.assign_public_ip ||
        !state.addresses.with("network-interface", vpc.realm.prefix() + interface.id).empty())
      return true;
  }
  return false;
}

}  // namespace

Result<wire::Value> attach_internet_gateway(Call& call) {
  const core::State& state = call.turn.state;
  const wire::ec2::AttachInternetGatewayRequest request(call.input);
  auto gateway = find(call, state.internet_gateways, internet_gateway_id, request.internet_gateway_id());
  if (!gateway) return pass(gateway);
  auto vpc = find(call, state.vpcs, vpc_id, request.vpc_id());
  if (!vpc) return pass(vpc);
  if (!(*gateway)->vpc_id.empty())
    return fail("Resource.AlreadyAssociated",
                "resource " + (*gateway)->id + " is already attached to network " + (*gateway)->vpc_id);
  if (!state.internet_gateways.with("vpc", call.realm.prefix() + (*vpc)->id).empty())
    return invalid_value("Network " + (*vpc)->id + " already has an internet gateway attached");
  WayOutChange ways(call.turn, call.realm, (*vpc)->id);
  attach_to(call, **gateway, (*vpc)->id);
  ways.tell();
  return wire::Value::object();
}

Result<wire::Value> detach_internet_gateway(Call& call) {
  const core::State& state = call.turn.state;
  const wire::ec2::DetachInternetGatewayRequest request(call.input);
  auto gateway = find(call, state.internet_gateways, internet_gateway_id, request.internet_gateway_id());
  if (!gateway) return pass(gateway);
  auto vpc = find(call, state.vpcs, vpc_id, request.vpc_id());
  if (!vpc) return pass(vpc);
  if ((*gateway)->vpc_id != (*vpc)->id)
    return fail("Gateway.NotAttached",
                "resource " + (*gateway)->id + " is not attached to network " + (*vpc)->id);
  if (has_mapped_addresses(state, **vpc))
    return fail("DependencyViolation",
                "Network " + (*vpc)->id +
                    " has some mapped public address(es). Please unmap those public address(es) before "
                    "detaching the gateway.");
  WayOutChange ways(call.turn, call.realm, (*vpc)->id);
  attach_to(call, **gateway, "");
  ways.tell();
  return wire::Value::object();
}

}  // namespace slipway::services::ec2
