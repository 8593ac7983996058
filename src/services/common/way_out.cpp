#include "services/common/way_out.hpp"

#include <algorithm>

namespace slipway::services {

using core::State;
using core::ec2::NatGateway;
using core::ec2::RouteTable;

const RouteTable* route_table_of(const State& state, const core::ec2::Subnet& subnet) {
  const auto& own = state.route_tables.with("subnet", subnet.realm.prefix() + subnet.id);
  if (!own.empty()) return state.route_tables.find(*own.begin());
  const auto& main = state.route_tables.with("main", subnet.realm.prefix() + subnet.vpc_id);
  return main.empty() ? nullptr : state.route_tables.find(*main.begin());
}

bool is_active(const State& state, const RouteTable& table, const core::ec2::RouteEntry& route) {
  const Realm& realm = table.realm;
  const std::string key = realm.prefix() + route.target;
  if (route.target.starts_with("igw-")) {
    const auto* gateway = state.internet_gateways.find(key);
    return gateway && gateway->vpc_id == table.vpc_id;
  }
  if (route.target.starts_with("nat-")) {
    const NatGateway* gateway = state.nat_gateways.find(key);
    return gateway && gateway->is_available();
  }
  const auto* interface = state.network_interfaces.find(key);
  return interface && interface->status == "in-use";
}

bool reaches_internet(const State& state, const core::ec2::NetworkInterface& interface) {
  const Realm& realm = interface.realm;
  const auto* subnet = state.subnets.find(core::ec2::Subnet::key_of(realm, interface.subnet_id));
  const RouteTable* table = subnet ? route_table_of(state, *subnet) : nullptr;
  if (!table) return false;
  const auto* vpc = state.vpcs.find(core::ec2::Vpc::key_of(realm, interface.vpc_id));
  const auto route =
      std::ranges::find(table->routes, std::string_view("0.0.0.0/0"), &core::ec2::RouteEntry::destination);
  if (route == table->routes.end() || !is_active(state, *table, *route)) return false;
  if (!route->target.starts_with("igw-")) return route->target.starts_with("nat-");
  return interface.assign_public_ip || (vpc && vpc->is_default);
}

}  // namespace slipway::services
