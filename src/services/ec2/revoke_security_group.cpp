#include <algorithm>
#include <set>

#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/rules.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {
namespace {

// The places of the group's rules that the call names, by id or by what they let through.
Result<std::set<std::size_t>> named_rules(const Call& call, const core::ec2::SecurityGroup& group,
                                          bool egress) {
  std::set<std::size_t> places;
  const wire::ec2::RevokeSecurityGroupIngressRequest request(call.input);
  for (const std::string_view id : request.security_group_rule_ids()) {
    auto at = rule_at(group, id);
    if (!at) return pass(at);
    if (group.rules[*at].egress != egress) return missing_ids(rule_id, {std::string(id)});
    places.insert(*at);
  }
  if (!request.security_group_rule_ids().empty()) return places;

  auto asked = asked_rules(call, group, egress);
  if (!asked) return pass(asked);
  for (const Rule& rule : *asked) {
    const auto at =
        std::ranges::find_if(group.rules, [&](const Rule& other) { return same_traffic(rule, other); });
    if (at == group.rules.end())
      return fail("InvalidPermission.NotFound", "The specified rule does not exist in this security group.");
    places.insert(std::size_t(at - group.rules.begin()));
  }
  return places;
}

wire::ec2::RevokedSecurityGroupRule revoked_view(const core::ec2::SecurityGroup& group, const Rule& rule) {
  wire::ec2::RevokedSecurityGroupRule out;
  out.set_security_group_rule_id(rule.id)
      .set_group_id(group.id)
      .set_is_egress(rule.egress)
      .set_ip_protocol(rule.protocol)
      .set_from_port(rule.from_port)
      .set_to_port(rule.to_port);
  if (!rule.cidr.empty()) out.set_cidr_ipv4(rule.cidr);
  if (!rule.ipv6_cidr.empty()) out.set_cidr_ipv6(rule.ipv6_cidr);
  if (!rule.group_id.empty()) out.set_referenced_group_id(rule.group_id);
  if (!rule.description.empty()) out.set_description(rule.description);
  return out;
}

Result<wire::Value> revoke(Call& call, bool egress) {
  auto found = group_of(call);
  if (!found) return pass(found);
  const core::ec2::SecurityGroup& group = **found;
  auto places = named_rules(call, group, egress);
  if (!places) return pass(places);
  wire::ec2::RevokeSecurityGroupIngressResult result;
  result.set_return(true).set_revoked_security_group_rules({});
  Rules kept;
  for (std::size_t i = 0; i < group.rules.size(); ++i)
    if (places->contains(i))
      result.add_revoked_security_group_rules(revoked_view(group, group.rules[i]));
    else
      kept.push_back(group.rules[i]);
  put_rules(call, group, std::move(kept));
  return std::move(result).raw();
}

}  // namespace

Result<wire::Value> revoke_security_group_ingress(Call& call) {
  return revoke(call, false);
}
Result<wire::Value> revoke_security_group_egress(Call& call) {
  return revoke(call, true);
}

}  // namespace slipway::services::ec2
