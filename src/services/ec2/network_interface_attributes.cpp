#include <set>

#include "base/limits.hpp"
#include "services/common/network_interface.hpp"
#include "services/common/security_groups.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/served.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/views.hpp"

namespace slipway::services::ec2 {
namespace {

using core::ec2::NetworkInterface;

Result<std::vector<std::string>> groups_of(const Call& call, const NetworkInterface& interface,
                                           const wire::ListOf<std::string_view>& asked) {
  std::vector<std::string> ids;
  for (const std::string_view id : asked) ids.emplace_back(id);
  return interface_groups(call.turn.state, call.realm, interface.vpc_id, "interface " + interface.id, ids);
}

}  // namespace

// Of interfaces that users made: those of tasks and NAT gateways belong to who made them, as at AWS.
Result<wire::Value> modify_network_interface_attribute(Call& call) {
  const wire::ec2::ModifyNetworkInterfaceAttributeRequest request(call.input);
  auto found = find(call, call.turn.state.network_interfaces, interface_id, request.network_interface_id());
  if (!found) return pass(found);
  const NetworkInterface& interface = **found;
  if (!requester_of(interface).empty())
    return fail("AuthFailure", "You do not have permission to access the specified resource.");
  auto attribute = only_attribute(call, "NetworkInterfaceId");
  if (!attribute) return pass(attribute);
  if (*attribute != "Description" && *attribute != "SourceDestCheck" && *attribute != "Groups")
    return not_served(*attribute);
  NetworkInterface changed = interface;
  if (request.has_description()) {
    if (request.description().value().size() > limits::ec2_description_characters)
      return invalid_value("The description may have at most 255 characters.");
    changed.description = request.description().value();
  }
  if (request.has_source_dest_check())
    changed.source_dest_check_disabled = !request.source_dest_check().value();
  if (request.has_groups()) {
    auto groups = groups_of(call, interface, request.groups());
    if (!groups) return pass(groups);
    changed.security_group_ids = std::move(*groups);
  }
  std::set<std::string> concerned(changed.security_group_ids.begin(), changed.security_group_ids.end());
  concerned.insert(interface.security_group_ids.begin(), interface.security_group_ids.end());
  call.turn.put(call.turn.state.network_interfaces, std::move(changed));
  if (request.has_groups())
    for (const std::string& id : concerned)
      security_group_changed(call.turn, call.environment, call.realm, id);
  return wire::Value::object();
}

Result<wire::Value> describe_network_interface_attribute(Call& call) {
  const core::State& state = call.turn.state;
  const wire::ec2::DescribeNetworkInterfaceAttributeRequest request(call.input);
  auto found = find(call, state.network_interfaces, interface_id, request.network_interface_id());
  if (!found) return pass(found);
  const NetworkInterface& interface = **found;
  const std::string_view attribute = request.attribute();
  if (attribute.empty()) return missing_parameter("Attribute");
  wire::ec2::DescribeNetworkInterfaceAttributeResult result;
  result.set_network_interface_id(interface.id);
  if (attribute == "description")
    result.set_description(wire::ec2::AttributeValue().set_value(interface.description));
  else if (attribute == "groupSet")
    result.set_groups(groups_view(state, interface));
  else if (attribute == "sourceDestCheck")
    result.set_source_dest_check(
        wire::ec2::AttributeBooleanValue().set_value(!interface.source_dest_check_disabled));
  else if (attribute == "associatePublicIpAddress")
    result.set_associate_public_ip_address(interface.assign_public_ip);
  else if (attribute != "attachment")
    return invalid_value("Value (" + std::string(attribute) +
                         ") for parameter attribute is invalid. Unknown attribute.");
  else if (!interface.attachment_id.empty())
    result.set_attachment(attachment_view(interface));
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
