#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "services/ec2/ids.hpp"
#include "services/ec2/tags.hpp"

// Every table whose rows have tags, for the operations that go over resources of all kinds.
namespace slipway::services::ec2 {

// Calls visit(table, kind, resource_type) until it returns true; false when none did.
template <class Visit>
bool any_tagged_table(core::State& state, Visit&& visit) {
  return visit(state.vpcs, vpc_id, "vpc") || visit(state.subnets, subnet_id, "subnet") ||
         visit(state.security_groups, group_id, "security-group") ||
         visit(state.network_interfaces, interface_id, "network-interface") ||
         visit(state.route_tables, route_table_id, "route-table") ||
         visit(state.network_acls, network_acl_id, "network-acl") ||
         visit(state.internet_gateways, internet_gateway_id, "internet-gateway") ||
         visit(state.addresses, allocation_id, "elastic-ip") ||
         visit(state.nat_gateways, nat_gateway_id, "natgateway");
}

// Changes the tags of the resource with this id, whatever it is: change(tags) → Result<>. Errors: InvalidID,
// the kind's missing code, and change's own.
template <class Change>
Result<> change_tags(Call& call, const std::string& id, Change&& change) {
  core::State& state = call.turn.state;
  const auto dash = id.rfind('-');
  const std::string prefix = id.substr(0, dash == id.npos ? 0 : dash);
  Result<> done = fail("InvalidID", "The ID '" + id + "' is not valid");
  if (prefix == rule_id.prefix) {
    const auto keys = state.security_groups.with("rule", call.realm.prefix() + id);
    if (keys.empty()) return missing_ids(rule_id, {id});
    call.turn.modify(state.security_groups, *keys.begin(), [&](core::ec2::SecurityGroup& group) {
      done = change(std::ranges::find(group.rules, id, &core::ec2::SecurityGroupRule::id)->tags);
    });
    return done;
  }
  any_tagged_table(state, [&]<class E>(core::Table<E>& table, const IdKind& kind, std::string_view) {
    if (prefix != kind.prefix) return false;
    const std::string key = E::key_of(call.realm, id);
    if (table.find(key))
      call.turn.modify(table, key, [&](E& row) { done = change(row.tags); });
    else
      done = missing_ids(kind, {id});
    return true;
  });
  return done;
}

}  // namespace slipway::services::ec2
