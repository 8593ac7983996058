#include <algorithm>

#include "services/ec2/ids.hpp"
#include "services/ec2/rules.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;
using core::ec2::SecurityGroup;

struct Item {
  const SecurityGroup* group;
  const Rule* rule;

  const std::string& key() const { return rule->id; }
  const auto& tags() const { return rule->tags; }
};

constexpr FilterField<Item> fields[] = {
    {"group-id", [](const State&, const Item& i) { return Values{i.group->id}; }},
    {"security-group-rule-id", [](const State&, const Item& i) { return Values{i.rule->id}; }},
};

// Groups to look into: those that a plain group-id filter or rule ids name, else all of the realm.
std::vector<const SecurityGroup*> candidates(const Call& call, const Ids& ids,
                                             const wire::ListOf<wire::ec2::Filter>& filters) {
  const State& state = call.turn.state;
  std::vector<const SecurityGroup*> groups;
  auto add = [&](std::string_view key) {
    const SecurityGroup* group = state.security_groups.find(key);
    if (group && std::ranges::find(groups, group) == groups.end()) groups.push_back(group);
  };
  for (const std::string& id : ids)
    for (const std::string& key : state.security_groups.with("rule", call.realm.prefix() + id)) add(key);
  if (!ids.empty()) return groups;
  for (const wire::ec2::Filter filter : filters) {
    if (filter.name() != "group-id") continue;
    bool plain = true;
    for (const std::string_view value : filter.values()) plain &= value.find_first_of("*?\\") == value.npos;
    if (!plain) continue;
    for (const std::string_view value : filter.values()) add(SecurityGroup::key_of(call.realm, value));
    return groups;
  }
  state.security_groups.scan(call.realm.prefix(), "", [&](const SecurityGroup& group) {
    groups.push_back(&group);
    return true;
  });
  return groups;
}

}  // namespace

Result<wire::Value> describe_security_group_rules(Call& call) {
  const wire::ec2::DescribeSecurityGroupRulesRequest request(call.input);
  const Ids ids = ids_of(request.security_group_rule_ids());
  if (auto good = check_ids_well_formed(rule_id, ids); !good) return pass(good);
  if (!ids.empty() && request.has_max_results())
    return fail("InvalidParameterCombination",
                "The parameter securityGroupRuleIds cannot be used with the parameter maxResults");
  std::vector<Item> items;
  Ids missing = ids;
  for (const SecurityGroup* group : candidates(call, ids, request.filters()))
    for (const Rule& rule : group->rules)
      if (ids.empty() || missing.erase(rule.id)) items.push_back({group, &rule});
  if (!missing.empty()) return missing_ids(rule_id, missing);
  std::ranges::sort(items, {}, &Item::key);

  wire::ListOf<wire::ec2::SecurityGroupRule> page;
  auto next = describe_items<Item>(call, request, fields, items, [&](const Item& item) {
    page.push_back(rule_view(call.turn.state, *item.group, *item.rule));
  });
  if (!next) return pass(next);
  wire::ec2::DescribeSecurityGroupRulesResult result;
  result.set_security_group_rules(std::move(page));
  if (!next->empty()) result.set_next_token(*next);
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
