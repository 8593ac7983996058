#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {

Result<wire::Value> delete_route_table(Call& call) {
  core::State& state = call.turn.state;
  const wire::ec2::DeleteRouteTableRequest request(call.input);
  auto table = find(call, state.route_tables, route_table_id, request.route_table_id());
  if (!table) return pass(table);
  if (!(*table)->associations.empty()) return has_dependencies("routeTable", (*table)->id);
  call.turn.erase(state.route_tables, (*table)->key());
  return wire::Value::object();
}

}  // namespace slipway::services::ec2
