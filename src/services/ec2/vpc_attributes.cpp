#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/served.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {

using core::ec2::Vpc;

Result<wire::Value> describe_vpc_attribute(Call& call) {
  const wire::ec2::DescribeVpcAttributeRequest request(call.input);
  auto found = find(call, call.turn.state.vpcs, vpc_id, request.vpc_id());
  if (!found) return pass(found);
  const Vpc& vpc = **found;
  auto value = [](bool on) { return wire::ec2::AttributeBooleanValue().set_value(on); };
  wire::ec2::DescribeVpcAttributeResult result;
  result.set_vpc_id(vpc.id);
  if (request.attribute() == "enableDnsSupport")
    result.set_enable_dns_support(value(!vpc.dns_support_disabled));
  else if (request.attribute() == "enableDnsHostnames")
    result.set_enable_dns_hostnames(value(vpc.enable_dns_hostnames));
  else if (request.attribute() == "enableNetworkAddressUsageMetrics")
    result.set_enable_network_address_usage_metrics(value(vpc.enable_network_address_usage_metrics));
  else
    return invalid_value("Value (" + std::string(request.attribute()) +
                         ") for parameter attribute is invalid. Unknown attribute.");
  return std::move(result).raw();
}

Result<wire::Value> modify_vpc_attribute(Call& call) {
  const wire::ec2::ModifyVpcAttributeRequest request(call.input);
  auto found = find(call, call.turn.state.vpcs, vpc_id, request.vpc_id());
  if (!found) return pass(found);
  if (auto attribute = only_attribute(call, "VpcId"); !attribute) return pass(attribute);
  call.turn.modify(call.turn.state.vpcs, (*found)->key(), [&](Vpc& vpc) {
    if (request.has_enable_dns_hostnames()) vpc.enable_dns_hostnames = request.enable_dns_hostnames().value();
    if (request.has_enable_dns_support()) vpc.dns_support_disabled = !request.enable_dns_support().value();
    if (request.has_enable_network_address_usage_metrics())
      vpc.enable_network_address_usage_metrics = request.enable_network_address_usage_metrics().value();
  });
  return wire::Value::object();
}

}  // namespace slipway::services::ec2
