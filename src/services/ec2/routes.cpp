#include "services/ec2/routes.hpp"

#include <algorithm>

#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/ip_range.hpp"

namespace slipway::services::ec2 {
namespace {

using core::ec2::RouteEntry;
using core::ec2::RouteTable;

constexpr std::string_view target_members[] = {"GatewayId",          "NatGatewayId",
                                               "NetworkInterfaceId", "VpcEndpointId",
                                               "TransitGatewayId",   "LocalGatewayId",
                                               "CarrierGatewayId",   "CoreNetworkArn",
                                               "OdbNetworkArn",      "EgressOnlyInternetGatewayId",
                                               "InstanceId",         "VpcPeeringConnectionId",
                                               "LocalTarget"};

const core::ec2::Vpc* vpc_of(const core::State& state, const RouteTable& table) {
  return state.vpcs.find(core::ec2::Vpc::key_of(table.realm, table.vpc_id));
}

// Only an interface may take traffic within the VPC away from the local route.
Result<> check_outside(const core::State& state, const RouteTable& table, const std::string& destination) {
  const auto block = Ipv4Cidr::parse(destination);
  const auto* vpc = vpc_of(state, table);
  if (!block || !vpc || std::ranges::none_of(vpc->cidrs(), [&](const std::string& each) {
        return Ipv4Cidr::parse(each)->contains(*block);
      }))
    return {};
  return invalid_value("The destination CIDR block " + destination +
                       " is equal to or more specific than one of this VPC's CIDR blocks. This route can "
                       "target only an interface or an instance.");
}

}  // namespace

Result<std::string> destination_of(const Call& call) {
  if (call.input.find("DestinationPrefixListId")) return not_served("A prefix list as a destination");
  const std::string_view v4 = call.input.get("DestinationCidrBlock").string();
  const std::string_view v6 = call.input.get("DestinationIpv6CidrBlock").string();
  if (!v4.empty() && !v6.empty())
    return fail("InvalidParameterCombination",
                "The parameter destinationCidrBlock cannot be used with the parameter "
                "destinationIpv6CidrBlock");
  if (v4.empty() && v6.empty()) return missing_parameter("DestinationCidrBlock");
  if (!v4.empty()) {
    if (const auto block = canonical_ipv4(v4)) return block->text();
    return invalid_value("Value (" + std::string(v4) +
                         ") for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.");
  }
  if (auto block = canonical_ipv6(v6)) return std::move(*block);
  return invalid_value(
      "Value (" + std::string(v6) +
      ") for parameter destinationIpv6CidrBlock is invalid. This is not a valid CIDR block.");
}

Result<std::string> target_of(const Call& call, const RouteTable& table, const std::string& destination) {
  const core::State& state = call.turn.state;
  std::string_view member;
  for (const std::string_view each : target_members) {
    const wire::Value* value = call.input.find(each);
    if (!value || (value->is(wire::Kind::string) && value->string().empty())) continue;
    if (!member.empty())
      return fail("InvalidParameterCombination", "Only one target of a route may be specified.");
    member = each;
  }
  if (member.empty()) return missing_parameter("GatewayId");
  const std::string id(call.input.get(member).string());
  if (member == "GatewayId") {
    if (!id.starts_with("igw-")) return not_served("A gateway '" + id + "' as a target");
    auto gateway = find(call, state.internet_gateways, internet_gateway_id, id);
    if (!gateway) return pass(gateway);
    if ((*gateway)->vpc_id != table.vpc_id)
      return different_networks("route table " + table.id, "network gateway " + id);
  } else if (member == "NatGatewayId") {
    auto gateway = find(call, state.nat_gateways, nat_gateway_id, id);
    if (!gateway) return pass(gateway);
    if ((*gateway)->vpc_id != table.vpc_id)
      return different_networks("route table " + table.id, "NAT gateway " + id);
  } else if (member == "NetworkInterfaceId") {
    auto interface = find(call, state.network_interfaces, interface_id, id);
    if (!interface) return pass(interface);
    if ((*interface)->vpc_id != table.vpc_id)
      return different_networks("route table " + table.id, "interface " + id);
    return id;
  } else {
    return not_served(std::string(member) + " as a target");
  }
  if (auto good = check_outside(state, table, destination); !good) return pass(good);
  return id;
}

std::size_t route_at(const RouteTable& table, const std::string& destination) {
  return std::size_t(std::ranges::find(table.routes, destination, &RouteEntry::destination) -
                     table.routes.begin());
}

bool is_local(const core::State& state, const RouteTable& table, const std::string& destination) {
  const auto* vpc = vpc_of(state, table);
  return vpc && std::ranges::count(vpc->cidrs(), destination) > 0;
}

}  // namespace slipway::services::ec2
