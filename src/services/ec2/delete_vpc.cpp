#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {

// What came with the VPC goes with it; all else must have gone before.
Result<wire::Value> delete_vpc(Call& call) {
  core::State& state = call.turn.state;
  const wire::ec2::DeleteVpcRequest request(call.input);
  auto found = find(call, state.vpcs, vpc_id, request.vpc_id());
  if (!found) return pass(found);
  const core::ec2::Vpc& vpc = **found;
  const std::string value = call.realm.prefix() + vpc.id;
  const auto route_tables = state.route_tables.with("vpc", value);
  const auto groups = state.security_groups.with("vpc", value);
  if (!state.subnets.with("vpc", value).empty() || !state.internet_gateways.with("vpc", value).empty() ||
      !state.network_interfaces.with("vpc", value).empty() ||
      !state.nat_gateways.with("vpc", value).empty() || route_tables.size() > 1 || groups.size() > 1)
    return has_dependencies("vpc", vpc.id);
  for (const std::string& key : route_tables) call.turn.erase(state.route_tables, key);
  const auto acls = state.network_acls.with("vpc", value);
  for (const std::string& key : acls) call.turn.erase(state.network_acls, key);
  for (const std::string& key : groups) call.turn.erase(state.security_groups, key);
  call.turn.erase(state.vpcs, vpc.key());
  return wire::Value::object();
}

}  // namespace slipway::services::ec2
