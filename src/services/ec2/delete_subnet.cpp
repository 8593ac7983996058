#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {

Result<wire::Value> delete_subnet(Call& call) {
  core::State& state = call.turn.state;
  const wire::ec2::DeleteSubnetRequest request(call.input);
  auto found = find(call, state.subnets, subnet_id, request.subnet_id());
  if (!found) return pass(found);
  const core::ec2::Subnet& subnet = **found;
  const std::string value = call.realm.prefix() + subnet.id;
  if (!state.network_interfaces.with("subnet", value).empty()) return has_dependencies("subnet", subnet.id);
  const std::set<std::string> tables = state.route_tables.with("subnet", value);
  for (const std::string& key : tables)
    call.turn.modify(state.route_tables, key, [&](core::ec2::RouteTable& table) {
      std::erase_if(table.associations, [&](const auto& each) { return each.subnet_id == subnet.id; });
    });
  call.turn.erase(state.subnets, subnet.key());
  return wire::Value::object();
}

}  // namespace slipway::services::ec2
