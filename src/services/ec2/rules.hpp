#pragma once

#include <string>
#include <vector>

#include "services/common/call.hpp"
#include "wire/gen/ec2.hpp"

// Rules of security groups, as calls name them.
namespace slipway::services::ec2 {

using Rule = core::ec2::SecurityGroupRule;
using Rules = std::vector<Rule>;

// The group that a call names by GroupId or, in the default VPC, by GroupName. Errors: MissingParameter,
// InvalidGroupId.Malformed, InvalidGroup.NotFound.
Result<const core::ec2::SecurityGroup*> group_of(const Call& call);
// A group of the VPC by its name; nullptr: there is none.
const core::ec2::SecurityGroup* group_named(const Call& call, std::string_view vpc, std::string_view name);
const core::ec2::Vpc* default_vpc(const core::State& state, const Realm& realm);

// What the call's IpPermissions, or its old single members, say: a rule per range or group, without ids.
// Errors: MissingParameter, InvalidParameterValue (twice the same, too),
// InvalidGroup.NotFound.
Result<Rules> asked_rules(const Call& call, const core::ec2::SecurityGroup& group, bool egress);
// Checks protocol and ports, and brings them into their one form. Error: InvalidParameterValue.
Result<> normalise(Rule& rule, bool has_from_port, bool has_to_port);
// Errors: InvalidParameterValue, InvalidGroup.NotFound.
Result<std::string> checked_ipv4(std::string_view cidr);
Result<std::string> checked_ipv6(std::string_view cidr);
Result<> check_referred(const Call& call, const core::ec2::SecurityGroup& group, const std::string& id);

// Whether both let the same through: ids, descriptions and tags apart.
bool same_traffic(const Rule& one, const Rule& other);
// Error: InvalidPermission.Duplicate.
std::unexpected<Error> duplicate(const Rule& rule);
// The place of the rule with this id. Errors: InvalidSecurityGroupRuleId.Malformed, .NotFound.
Result<std::size_t> rule_at(const core::ec2::SecurityGroup& group, std::string_view id);

// Puts the group with other rules and tells the agents of the tasks that it concerns.
void put_rules(Call& call, const core::ec2::SecurityGroup& group, Rules rules);

wire::ec2::SecurityGroupRule rule_view(const core::State& state, const core::ec2::SecurityGroup& group,
                                       const Rule& rule);

}  // namespace slipway::services::ec2
