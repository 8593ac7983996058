#include "base/limits.hpp"
#include "services/common/way_out.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/routes.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {
namespace {

using core::ec2::RouteTable;

// The table and the destination of a call.
struct Named {
  const RouteTable* table;
  std::string destination;
};

Result<Named> named(const Call& call) {
  auto table =
      find(call, call.turn.state.route_tables, route_table_id, call.input.get("RouteTableId").string());
  if (!table) return pass(table);
  auto destination = destination_of(call);
  if (!destination) return pass(destination);
  return Named{*table, std::move(*destination)};
}

template <class Change>
void change(Call& call, const RouteTable& table, Change&& apply) {
  WayOutChange ways(call.turn, call.realm, table.vpc_id);
  call.turn.modify(call.turn.state.route_tables, table.key(),
                   [&](RouteTable& changed) { apply(changed.routes); });
  ways.tell();
}

}  // namespace

Result<wire::Value> create_route(Call& call) {
  auto route = named(call);
  if (!route) return pass(route);
  const RouteTable& table = *route->table;
  const std::string& destination = route->destination;
  if (route_at(table, destination) < table.routes.size() || is_local(call.turn.state, table, destination))
    return fail("RouteAlreadyExists", "The route identified by " + destination + " already exists.");
  auto target = target_of(call, table, destination);
  if (!target) return pass(target);
  if (table.routes.size() >= limits::ec2_routes_per_table)
    return fail("RouteLimitExceeded", "The maximum number of routes has been reached.");
  change(call, table, [&](auto& routes) { routes.push_back({destination, *target, {}}); });
  wire::ec2::CreateRouteResult result;
  result.set_return(true);
  return std::move(result).raw();
}

Result<wire::Value> replace_route(Call& call) {
  auto route = named(call);
  if (!route) return pass(route);
  const RouteTable& table = *route->table;
  const std::size_t at = route_at(table, route->destination);
  if (at == table.routes.size())
    return invalid_value("There is no route defined for '" + route->destination +
                         "' in the route table. Use CreateRoute instead.");
  auto target = target_of(call, table, route->destination);
  if (!target) return pass(target);
  change(call, table, [&](auto& routes) { routes[at].target = *target; });
  return wire::Value::object();
}

Result<wire::Value> delete_route(Call& call) {
  auto route = named(call);
  if (!route) return pass(route);
  const RouteTable& table = *route->table;
  if (is_local(call.turn.state, table, route->destination))
    return invalid_value("cannot remove local route " + route->destination + " in route table " + table.id);
  const std::size_t at = route_at(table, route->destination);
  if (at == table.routes.size())
    return fail("InvalidRoute.NotFound",
                "no route with destination-cidr-block " + route->destination + " in route table " + table.id);
  change(call, table, [&](auto& routes) { routes.erase(routes.begin() + std::ptrdiff_t(at)); });
  return wire::Value::object();
}

}  // namespace slipway::services::ec2
