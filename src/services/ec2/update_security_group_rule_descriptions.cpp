#include <algorithm>

#include "base/limits.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/rules.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {
namespace {

// By rule id, or by permissions that carry their new descriptions.
Result<> describe_by_id(const core::ec2::SecurityGroup& group, bool egress, Rules& rules,
                        const wire::ListOf<wire::ec2::SecurityGroupRuleDescription>& asked) {
  for (const auto each : asked) {
    auto at = rule_at(group, each.security_group_rule_id());
    if (!at) return pass(at);
    if (rules[*at].egress != egress) return missing_ids(rule_id, {rules[*at].id});
    if (each.description().size() > limits::ec2_description_characters)
      return invalid_value("Invalid rule description. Rule descriptions may not exceed 255 characters.");
    rules[*at].description = each.description();
  }
  return {};
}

Result<wire::Value> update(Call& call, bool egress) {
  const wire::ec2::UpdateSecurityGroupRuleDescriptionsIngressRequest request(call.input);
  auto found = group_of(call);
  if (!found) return pass(found);
  const core::ec2::SecurityGroup& group = **found;
  Rules rules = group.rules;
  if (!request.security_group_rule_descriptions().empty()) {
    auto done = describe_by_id(group, egress, rules, request.security_group_rule_descriptions());
    if (!done) return pass(done);
  } else {
    auto asked = asked_rules(call, group, egress);
    if (!asked) return pass(asked);
    for (const Rule& rule : *asked) {
      const auto at =
          std::ranges::find_if(rules, [&](const Rule& other) { return same_traffic(rule, other); });
      if (at == rules.end())
        return fail("InvalidPermission.NotFound",
                    "The specified rule does not exist in this security group.");
      at->description = rule.description;
    }
  }
  put_rules(call, group, std::move(rules));
  wire::ec2::UpdateSecurityGroupRuleDescriptionsIngressResult result;
  result.set_return(true);
  return std::move(result).raw();
}

}  // namespace

Result<wire::Value> update_security_group_rule_descriptions_ingress(Call& call) {
  return update(call, false);
}
Result<wire::Value> update_security_group_rule_descriptions_egress(Call& call) {
  return update(call, true);
}

}  // namespace slipway::services::ec2
