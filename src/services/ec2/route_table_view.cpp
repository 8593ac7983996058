#include "services/common/way_out.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/views.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;
using core::ec2::RouteTable;

wire::ec2::Route local_route(const std::string& block) {
  wire::ec2::Route out;
  out.set_destination_cidr_block(block)
      .set_gateway_id("local")
      .set_origin("CreateRouteTable")
      .set_state("active");
  return out;
}

wire::ec2::Route route_view(const State& state, const RouteTable& table, const core::ec2::RouteEntry& route) {
  wire::ec2::Route out;
  if (route.destination.find(':') == route.destination.npos)
    out.set_destination_cidr_block(route.destination);
  else
    out.set_destination_ipv6_cidr_block(route.destination);
  if (route.target.starts_with("igw-"))
    out.set_gateway_id(route.target);
  else if (route.target.starts_with("nat-"))
    out.set_nat_gateway_id(route.target);
  else
    out.set_network_interface_id(route.target);
  out.set_origin("CreateRoute").set_state(is_active(state, table, route) ? "active" : "blackhole");
  return out;
}

}  // namespace

wire::ec2::RouteTable route_table_view(const State& state, const RouteTable& table) {
  wire::ec2::RouteTable out;
  out.set_route_table_id(table.id)
      .set_vpc_id(table.vpc_id)
      .set_owner_id(table.realm.account)
      .set_associations({})
      .set_propagating_vgws({})
      .set_routes({})
      .set_tags(tags_view(table.tags));
  for (const auto& each : table.associations) {
    wire::ec2::RouteTableAssociation association;
    association.set_route_table_association_id(each.id)
        .set_route_table_id(table.id)
        .set_main(each.is_main())
        .set_association_state(wire::ec2::RouteTableAssociationState().set_state("associated"));
    if (!each.is_main()) association.set_subnet_id(each.subnet_id);
    out.add_associations(std::move(association));
  }
  if (const auto* vpc = state.vpcs.find(core::ec2::Vpc::key_of(table.realm, table.vpc_id)))
    for (const std::string& cidr : vpc->cidrs()) out.add_routes(local_route(cidr));
  for (const auto& route : table.routes) out.add_routes(route_view(state, table, route));
  return out;
}

}  // namespace slipway::services::ec2
