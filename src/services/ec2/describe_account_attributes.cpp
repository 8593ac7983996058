#include <algorithm>

#include "base/limits.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/rules.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {

Result<wire::Value> describe_account_attributes(Call& call) {
  const core::ec2::Vpc* vpc = default_vpc(call.turn.state, call.realm);
  const std::pair<std::string_view, std::string> attributes[] = {
      {"supported-platforms", "VPC"},
      {"default-vpc", vpc ? vpc->id : "none"},
      {"max-instances", "0"},  // containers run on hosts that joined, never on instances that were asked for
      {"vpc-max-security-groups-per-interface", std::to_string(limits::security_groups_per_interface)},
      {"max-elastic-ips", std::to_string(limits::ec2_addresses)},
      {"vpc-max-elastic-ips", std::to_string(limits::ec2_addresses)},
  };
  const wire::ec2::DescribeAccountAttributesRequest request(call.input);
  const auto asked = request.attribute_names();
  for (const std::string_view name : asked)
    if (std::ranges::none_of(attributes, [&](const auto& each) { return each.first == name; }))
      return invalid_value("Value (" + std::string(name) + ") for parameter attributeName is invalid.");
  wire::ec2::DescribeAccountAttributesResult result;
  result.set_account_attributes({});
  for (const auto& [name, value] : attributes) {
    bool wanted = asked.empty();
    for (const std::string_view each : asked) wanted |= each == name;
    if (!wanted) continue;
    wire::ec2::AccountAttribute out;
    out.set_attribute_name(name).add_attribute_values(
        wire::ec2::AccountAttributeValue().set_attribute_value(value));
    result.add_account_attributes(std::move(out));
  }
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
