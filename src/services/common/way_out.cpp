#include "services/common/way_out.hpp"

#include <algorithm>

#include "services/common/security_groups.hpp"
#include "wire/json_text.hpp"

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

WayOutChange::WayOutChange(core::Turn& turn, const Realm& realm, const std::string& vpc_id) : turn_(turn) {
  const State& state = turn.state;
  for (const std::string& key : state.network_interfaces.with("vpc", realm.prefix() + vpc_id))
    if (const auto& interface = *state.network_interfaces.find(key); !interface.task_key.empty())
      before_[key] = reaches_internet(state, interface);
}

void WayOutChange::tell() {
  const State& state = turn_.state;
  std::map<std::string, wire::Value> tasks;  // by the connection that carries them
  for (const auto& [key, before] : before_) {
    const auto* interface = state.network_interfaces.find(key);
    if (!interface) continue;
    const bool now = reaches_internet(state, *interface);
    const auto* task = state.tasks.find(interface->task_key);
    if (now == before || !task) continue;
    const std::string connection = connection_of(state, *task);
    if (!state.groups_told.contains(connection)) continue;  // not connected, or not one of ours
    tasks.try_emplace(connection, wire::Value::list())
        .first->second.push_back(wire::Value::object({{"arn", task->arn()}, {"internet", now}}));
  }
  for (auto& [connection, list] : tasks) {
    wire::Value message =
        wire::Value::object({{"messageId", random_uuid(turn_.random)}, {"tasks", std::move(list)}});
    turn_.emit(core::SendToAgent{connection,
                                 wire::write_json(wire::Value::object(
                                     {{"type", "SlipwayWayOutMessage"}, {"message", std::move(message)}}))});
  }
}

}  // namespace slipway::services
