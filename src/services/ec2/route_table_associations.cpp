#include <algorithm>

#include "services/common/network_interface.hpp"
#include "services/common/way_out.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;
using core::ec2::RouteTable;
using core::ec2::RouteTableAssociation;

struct Named {
  const RouteTable* table;
  RouteTableAssociation association;
};

Result<Named> association_of(const Call& call, std::string_view id) {
  const State& state = call.turn.state;
  const IdKind& kind = route_table_association_id;
  if (auto good = check_ids_well_formed(kind, {std::string(id)}); !good) return pass(good);
  const auto& keys = state.route_tables.with("association", call.realm.prefix() + std::string(id));
  if (keys.empty()) return missing_ids(kind, {std::string(id)});
  const RouteTable* table = state.route_tables.find(*keys.begin());
  return Named{table, *std::ranges::find(table->associations, id, &RouteTableAssociation::id)};
}

void add(Call& call, const std::string& table_key, RouteTableAssociation association) {
  call.turn.modify(call.turn.state.route_tables, table_key,
                   [&](RouteTable& table) { table.associations.push_back(std::move(association)); });
}
void remove(Call& call, const std::string& table_key, const std::string& association_id) {
  call.turn.modify(call.turn.state.route_tables, table_key, [&](RouteTable& table) {
    std::erase_if(table.associations, [&](const auto& each) { return each.id == association_id; });
  });
}

wire::ec2::RouteTableAssociationState associated() {
  return wire::ec2::RouteTableAssociationState().set_state("associated");
}

}  // namespace

Result<wire::Value> associate_route_table(Call& call) {
  const State& state = call.turn.state;
  const wire::ec2::AssociateRouteTableRequest request(call.input);
  auto table = find(call, state.route_tables, route_table_id, request.route_table_id());
  if (!table) return pass(table);
  if (request.has_gateway_id() || request.has_public_ipv4_pool())
    return not_served("The association of a route table with a gateway");
  if (request.subnet_id().empty()) return missing_parameter("SubnetId");
  auto subnet = find(call, state.subnets, subnet_id, request.subnet_id());
  if (!subnet) return pass(subnet);
  if ((*subnet)->vpc_id != (*table)->vpc_id)
    return different_networks("Route table " + (*table)->id, "subnet " + (*subnet)->id);
  if (!state.route_tables.with("subnet", call.realm.prefix() + (*subnet)->id).empty())
    return fail("Resource.AlreadyAssociated", "the specified association for route table " + (*table)->id +
                                                  " conflicts with an existing association");
  RouteTableAssociation made{new_ec2_id(call.turn.random, "rtbassoc"), (*subnet)->id, {}};
  wire::ec2::AssociateRouteTableResult result;
  result.set_association_id(made.id).set_association_state(associated());
  WayOutChange ways(call.turn, call.realm, (*table)->vpc_id);
  add(call, (*table)->key(), std::move(made));
  ways.tell();
  return std::move(result).raw();
}

// The subnet falls back to the main table.
Result<wire::Value> disassociate_route_table(Call& call) {
  const wire::ec2::DisassociateRouteTableRequest request(call.input);
  auto named = association_of(call, request.association_id());
  if (!named) return pass(named);
  if (named->association.is_main())
    return invalid_value("cannot disassociate the main route table association " + named->association.id);
  WayOutChange ways(call.turn, call.realm, named->table->vpc_id);
  remove(call, named->table->key(), named->association.id);
  ways.tell();
  return wire::Value::object();
}

// Of the main association: another table becomes the VPC's main one.
Result<wire::Value> replace_route_table_association(Call& call) {
  const wire::ec2::ReplaceRouteTableAssociationRequest request(call.input);
  auto named = association_of(call, request.association_id());
  if (!named) return pass(named);
  auto table = find(call, call.turn.state.route_tables, route_table_id, request.route_table_id());
  if (!table) return pass(table);
  if ((*table)->vpc_id != named->table->vpc_id)
    return different_networks("Route table " + (*table)->id, "association " + named->association.id);
  RouteTableAssociation made{new_ec2_id(call.turn.random, "rtbassoc"), named->association.subnet_id, {}};
  const std::string to = (*table)->key();
  wire::ec2::ReplaceRouteTableAssociationResult result;
  result.set_new_association_id(made.id).set_association_state(associated());
  WayOutChange ways(call.turn, call.realm, (*table)->vpc_id);
  remove(call, named->table->key(), named->association.id);
  add(call, to, std::move(made));
  ways.tell();
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
