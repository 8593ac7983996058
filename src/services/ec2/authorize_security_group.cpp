#include <algorithm>

#include "base/limits.hpp"
#include "services/common/network_interface.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/rules.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/tags.hpp"

namespace slipway::services::ec2 {
namespace {

// Ingress and egress differ in nothing but the rules' direction. All rules or none.
Result<wire::Value> authorize(Call& call, bool egress) {
  const wire::ec2::AuthorizeSecurityGroupIngressRequest request(call.input);
  auto found = group_of(call);
  if (!found) return pass(found);
  const core::ec2::SecurityGroup& group = **found;
  auto asked = asked_rules(call, group, egress);
  if (!asked) return pass(asked);
  auto tags = tags_for(request.tag_specifications(), "security-group-rule");
  if (!tags) return pass(tags);

  Rules rules = group.rules;
  for (const Rule& rule : *asked)
    if (std::ranges::any_of(group.rules, [&](const Rule& other) { return same_traffic(rule, other); }))
      return duplicate(rule);
  const auto before =
      std::size_t(std::ranges::count_if(rules, [&](const Rule& rule) { return rule.egress == egress; }));
  if (before + asked->size() > limits::ec2_rules_per_security_group)
    return fail("RulesPerSecurityGroupLimitExceeded",
                "The maximum number of rules per security group has been reached.");

  wire::ec2::AuthorizeSecurityGroupIngressResult result;
  result.set_return(true).set_security_group_rules({});
  for (Rule& rule : *asked) {
    rule.id = new_ec2_id(call.turn.random, "sgr");
    rule.tags = *tags;
    result.add_security_group_rules(rule_view(call.turn.state, group, rule));
    rules.push_back(std::move(rule));
  }
  put_rules(call, group, std::move(rules));
  return std::move(result).raw();
}

}  // namespace

Result<wire::Value> authorize_security_group_ingress(Call& call) {
  return authorize(call, false);
}
Result<wire::Value> authorize_security_group_egress(Call& call) {
  return authorize(call, true);
}

}  // namespace slipway::services::ec2
