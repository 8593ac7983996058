#include "base/limits.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/rules.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/tags.hpp"
#include "services/ec2/vpc_parts.hpp"

namespace slipway::services::ec2 {
namespace {

using core::ec2::SecurityGroup;
using core::ec2::Vpc;

// The characters that EC2 takes in a VPC group's name and description.
bool is_plain(std::string_view text) {
  constexpr std::string_view marks = " ._-:/()#,@[]+=&;{}!$*";
  for (const char c : text)
    if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
        marks.find(c) == marks.npos)
      return false;
  return true;
}

Result<> check_words(const wire::ec2::CreateSecurityGroupRequest& request) {
  const std::string name(request.group_name());
  if (name.size() > limits::ec2_security_group_name_characters)
    return invalid_value("Value (" + name.substr(0, 255) +
                         "…) for parameter GroupName is invalid. Character sets beyond 255 characters are "
                         "not supported.");
  if (!is_plain(name))
    return invalid_value("Value (" + name +
                         ") for parameter GroupName is invalid. Character sets beyond ASCII are not "
                         "supported.");
  if (name.starts_with("sg-"))
    return invalid_value("Value (" + name +
                         ") for parameter GroupName is invalid. Group names may not be in the format sg-*");
  if (request.description().size() > limits::ec2_description_characters || !is_plain(request.description()))
    return invalid_value("Value (" + std::string(request.description().substr(0, 255)) +
                         ") for parameter GroupDescription is invalid. Character sets beyond ASCII are not "
                         "supported.");
  return {};
}

Result<const Vpc*> vpc_of(const Call& call, std::string_view id) {
  if (!id.empty()) return find(call, call.turn.state.vpcs, vpc_id, id);
  if (const Vpc* vpc = default_vpc(call.turn.state, call.realm)) return vpc;
  return fail("VPCIdNotSpecified", "No default VPC for this user");
}

}  // namespace

Result<wire::Value> create_security_group(Call& call) {
  const wire::ec2::CreateSecurityGroupRequest request(call.input);
  if (auto good = check_words(request); !good) return pass(good);
  auto vpc = vpc_of(call, request.vpc_id());
  if (!vpc) return pass(vpc);
  auto tags = tags_for(request.tag_specifications(), "security-group");
  if (!tags) return pass(tags);
  const core::State& state = call.turn.state;
  if (group_named(call, (*vpc)->id, request.group_name()))
    return fail("InvalidGroup.Duplicate", "The security group '" + std::string(request.group_name()) +
                                              "' already exists for VPC '" + (*vpc)->id + "'");
  if (state.security_groups.with("vpc", call.realm.prefix() + (*vpc)->id).size() >=
      limits::ec2_security_groups_per_vpc)
    return fail("SecurityGroupLimitExceeded", "The maximum number of security groups has been reached.");

  SecurityGroup group = new_security_group(call.turn, **vpc);
  group.name = request.group_name();
  group.description = request.description();
  group.tags = std::move(*tags);
  wire::ec2::CreateSecurityGroupResult result;
  result.set_group_id(group.id).set_security_group_arn(group.arn()).set_tags(tags_view(group.tags));
  call.turn.put(call.turn.state.security_groups, std::move(group));
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
