#include "services/ecs/awsvpc.hpp"

#include <string>

namespace slipway::services::ecs {
namespace {

using core::ec2::SecurityGroup;
using core::ec2::Subnet;

constexpr std::size_t subnets_at_most = 16, groups_at_most = 5;

// EC2's error as ECS hands it on.
std::unexpected<Error> not_retrieved(const std::string& kind, const std::string& id,
                                     const std::string& message, const std::string& code) {
  return invalid_parameter("Error retrieving " + kind + " information for [" + id + "]: " + message +
                           " (ErrorCode: " + code + ")");
}

}  // namespace

Result<> check_form(const wire::ecs::AwsVpcConfiguration& vpc) {
  if (vpc.subnets().empty()) return invalid_parameter("subnets can not be empty.");
  if (vpc.subnets().size() > subnets_at_most)
    return invalid_parameter("subnets can have at most " + std::to_string(subnets_at_most) + " items.");
  if (vpc.security_groups().size() > groups_at_most)
    return invalid_parameter("securityGroups can have at most " + std::to_string(groups_at_most) + " items.");
  if (vpc.has_assign_public_ip() && vpc.assign_public_ip() != "ENABLED" &&
      vpc.assign_public_ip() != "DISABLED")
    return invalid_parameter("assignPublicIp must be one of [ENABLED, DISABLED].");
  return {};
}

Result<> check_place(const core::State& state, const Realm& realm,
                     const wire::ecs::AwsVpcConfiguration& vpc) {
  std::string vpc_id;
  for (const auto given : vpc.subnets()) {
    const std::string id(given);
    const Subnet* subnet = state.subnets.find(Subnet::key_of(realm, id));
    if (!subnet)
      return not_retrieved("subnet", id, "The subnet ID '" + id + "' does not exist",
                           "InvalidSubnetID.NotFound");
    if (vpc_id.empty()) vpc_id = subnet->vpc_id;
    if (subnet->vpc_id != vpc_id) return invalid_parameter("Subnets must all belong to the same VPC.");
  }
  for (const auto given : vpc.security_groups()) {
    const std::string id(given);
    const SecurityGroup* group = state.security_groups.find(SecurityGroup::key_of(realm, id));
    if (!group)
      return not_retrieved("security group", id, "The security group '" + id + "' does not exist",
                           "InvalidGroup.NotFound");
    if (group->vpc_id != vpc_id)
      return invalid_parameter("Security group " + id +
                               " does not appear to belong to the same VPC as the input subnets.");
  }
  return {};
}

}  // namespace slipway::services::ecs
