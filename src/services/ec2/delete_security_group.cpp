#include "services/common/security_groups.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/rules.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {

Result<wire::Value> delete_security_group(Call& call) {
  const core::State& state = call.turn.state;
  auto found = group_of(call);
  if (!found) return pass(found);
  const core::ec2::SecurityGroup& group = **found;
  if (group.name == "default")
    return fail("CannotDelete",
                "the specified group: \"" + group.id + "\" name: \"default\" cannot be deleted by a user");
  const std::string value = call.realm.prefix() + group.id;
  if (!state.network_interfaces.with("security-group", value).empty() ||
      !state.security_groups.with("refers-to", value).empty())
    return fail("DependencyViolation", "resource " + group.id + " has a dependent object");
  wire::ec2::DeleteSecurityGroupResult result;
  result.set_return(true).set_group_id(group.id);
  call.turn.erase(call.turn.state.security_groups, group.key());
  security_group_changed(call.turn, call.environment, call.realm, std::string(result.group_id()));
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
