#include "services/common/way_out.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/views.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;
using core::ec2::RouteEntry;
using core::ec2::RouteTable;
using core::ec2::RouteTableAssociation;

bool is_ipv6(const RouteEntry& route) {
  return route.destination.find(':') != route.destination.npos;
}

Values blocks_of(const State& state, const RouteTable& table) {
  const auto* vpc = state.vpcs.find(core::ec2::Vpc::key_of(table.realm, table.vpc_id));
  return vpc ? Values(vpc->cidrs()) : Values();
}

Values associations(const RouteTable& table, std::string RouteTableAssociation::* member) {
  Values values;
  for (const auto& each : table.associations)
    if (!(each.*member).empty()) values.push_back(each.*member);
  return values;
}

Values targets(const RouteTable& table, std::string_view prefix) {
  Values values;
  for (const RouteEntry& route : table.routes)
    if (route.target.starts_with(prefix)) values.push_back(route.target);
  return values;
}

Values destinations(const State& state, const RouteTable& table, bool ipv6) {
  Values values;
  if (!ipv6) values = blocks_of(state, table);
  for (const RouteEntry& route : table.routes)
    if (is_ipv6(route) == ipv6) values.push_back(route.destination);
  return values;
}

constexpr FilterField<RouteTable> fields[] = {
    {"association.gateway-id", nothing<RouteTable>},
    {"association.main",
     [](const State&, const RouteTable& t) {
       Values values;
       for (const auto& each : t.associations) values.push_back(each.is_main() ? "true" : "false");
       return values;
     }},
    {"association.route-table-association-id",
     [](const State&, const RouteTable& t) { return associations(t, &RouteTableAssociation::id); }},
    {"association.route-table-id",
     [](const State&, const RouteTable& t) { return t.associations.empty() ? Values() : Values{t.id}; }},
    {"association.subnet-id",
     [](const State&, const RouteTable& t) { return associations(t, &RouteTableAssociation::subnet_id); }},
    {"owner-id", [](const State&, const RouteTable& t) { return Values{t.realm.account}; }},
    {"route-table-id", [](const State&, const RouteTable& t) { return Values{t.id}; }},
    {"route.destination-cidr-block",
     [](const State& state, const RouteTable& t) { return destinations(state, t, false); }},
    {"route.destination-ipv6-cidr-block",
     [](const State& state, const RouteTable& t) { return destinations(state, t, true); }},
    {"route.destination-prefix-list-id", nothing<RouteTable>},
    {"route.egress-only-internet-gateway-id", nothing<RouteTable>},
    {"route.gateway-id",
     [](const State&, const RouteTable& t) {
       Values values = targets(t, "igw-");
       values.emplace_back("local");
       return values;
     }},
    {"route.instance-id", nothing<RouteTable>},
    {"route.nat-gateway-id", [](const State&, const RouteTable& t) { return targets(t, "nat-"); }},
    {"route.network-interface-id", [](const State&, const RouteTable& t) { return targets(t, "eni-"); }},
    {"route.origin",
     [](const State&, const RouteTable& t) {
       return t.routes.empty() ? Values{"CreateRouteTable"} : Values{"CreateRouteTable", "CreateRoute"};
     }},
    {"route.state",
     [](const State& state, const RouteTable& t) {
       Values values{"active"};
       for (const RouteEntry& route : t.routes)
         if (!is_active(state, t, route)) values.emplace_back("blackhole");
       return values;
     }},
    {"route.transit-gateway-id", nothing<RouteTable>},
    {"route.vpc-peering-connection-id", nothing<RouteTable>},
    {"transit-gateway-id", nothing<RouteTable>},
    {"vpc-id", [](const State&, const RouteTable& t) { return Values{t.vpc_id}; }},
};

}  // namespace

Result<wire::Value> describe_route_tables(Call& call) {
  const wire::ec2::DescribeRouteTablesRequest request(call.input);
  const State& state = call.turn.state;
  wire::ListOf<wire::ec2::RouteTable> page;
  auto next = describe<RouteTable>(
      call, state.route_tables, request, route_table_id, ids_of(request.route_table_ids()), fields,
      [&](const RouteTable& table) { page.push_back(route_table_view(state, table)); });
  if (!next) return pass(next);
  wire::ec2::DescribeRouteTablesResult result;
  result.set_route_tables(std::move(page));
  if (!next->empty()) result.set_next_token(*next);
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
