#include "base/limits.hpp"
#include "services/ec2/idempotency.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/tags.hpp"
#include "services/ec2/views.hpp"
#include "services/ec2/vpc_parts.hpp"

namespace slipway::services::ec2 {

using core::ec2::RouteTable;

Result<wire::Value> create_route_table(Call& call) {
  core::State& state = call.turn.state;
  const wire::ec2::CreateRouteTableRequest request(call.input);
  wire::ec2::CreateRouteTableResult result;
  if (request.has_client_token()) result.set_client_token(request.client_token());
  auto before = made_before(call);
  if (!before) return pass(before);
  if (*before)
    if (const auto* table = state.route_tables.find(RouteTable::key_of(call.realm, **before))) {
      result.set_route_table(route_table_view(state, *table));
      return std::move(result).raw();
    }
  auto vpc = find(call, state.vpcs, vpc_id, request.vpc_id());
  if (!vpc) return pass(vpc);
  auto tags = tags_for(request.tag_specifications(), "route-table");
  if (!tags) return pass(tags);
  if (state.route_tables.with("vpc", call.realm.prefix() + (*vpc)->id).size() >=
      limits::ec2_route_tables_per_vpc)
    return fail("RouteTableLimitExceeded", "The maximum number of route tables has been reached.");
  RouteTable table = new_route_table(call.turn, **vpc, false);
  table.tags = std::move(*tags);
  result.set_route_table(route_table_view(state, table));
  remember_made(call, table.id);
  call.turn.put(state.route_tables, std::move(table));
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
