#include <algorithm>
#include <set>

#include "base/limits.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/rules.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {
namespace {

using core::ec2::SecurityGroup;

// The rule as it becomes: everything but its id, its direction and its tags is given anew.
Result<Rule> changed(const Call& call, const SecurityGroup& group, const Rule& before,
                     const wire::ec2::SecurityGroupRuleRequest& request) {
  Rule rule;
  rule.id = before.id, rule.egress = before.egress, rule.tags = before.tags, rule.unknown = before.unknown;
  rule.protocol = request.ip_protocol();
  rule.from_port = request.from_port(), rule.to_port = request.to_port();
  if (auto good = normalise(rule, request.has_from_port(), request.has_to_port()); !good) return pass(good);
  if (request.has_prefix_list_id()) return not_served("A prefix list in a rule");
  if (int(request.has_cidr_ipv4()) + int(request.has_cidr_ipv6()) + int(request.has_referenced_group_id()) !=
      1)
    return fail("InvalidParameterCombination",
                "Exactly one of CidrIpv4, CidrIpv6, PrefixListId and ReferencedGroupId must be specified.");
  if (request.has_cidr_ipv4()) {
    auto cidr = checked_ipv4(request.cidr_ipv4());
    if (!cidr) return pass(cidr);
    rule.cidr = std::move(*cidr);
  } else if (request.has_cidr_ipv6()) {
    auto cidr = checked_ipv6(request.cidr_ipv6());
    if (!cidr) return pass(cidr);
    rule.ipv6_cidr = std::move(*cidr);
  } else {
    rule.group_id = request.referenced_group_id();
    if (auto good = check_referred(call, group, rule.group_id); !good) return pass(good);
  }
  if (request.description().size() > limits::ec2_description_characters)
    return invalid_value("Invalid rule description. Rule descriptions may not exceed 255 characters.");
  rule.description = request.description();
  return rule;
}

}  // namespace

Result<wire::Value> modify_security_group_rules(Call& call) {
  const wire::ec2::ModifySecurityGroupRulesRequest request(call.input);
  auto found = group_of(call);
  if (!found) return pass(found);
  const SecurityGroup& group = **found;
  if (request.security_group_rules().size() > limits::ec2_rules_per_security_group)
    return invalid_value("Too many rules in one request.");
  Rules rules = group.rules;
  std::set<std::size_t> places;
  for (const wire::ec2::SecurityGroupRuleUpdate update : request.security_group_rules()) {
    if (!update.has_security_group_rule_id()) return missing_parameter("SecurityGroupRuleId");
    auto at = rule_at(group, update.security_group_rule_id());
    if (!at) return pass(at);
    if (!places.insert(*at).second)
      return invalid_value("The same security group rule must not appear multiple times.");
    auto rule = changed(call, group, rules[*at], update.security_group_rule());
    if (!rule) return pass(rule);
    rules[*at] = std::move(*rule);
  }
  for (const std::size_t at : places)
    for (std::size_t other = 0; other < rules.size(); ++other)
      if (other != at && same_traffic(rules[at], rules[other])) return duplicate(rules[at]);
  put_rules(call, group, std::move(rules));
  wire::ec2::ModifySecurityGroupRulesResult result;
  result.set_return(true);
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
