#include "services/ec2/ids.hpp"
#include "services/ec2/rules.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/views.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;
using core::ec2::SecurityGroup;
using core::ec2::SecurityGroupRule;

// What `read` gives of the group's rules in (or out).
template <bool egress, class Read>
Values of_rules(const SecurityGroup& group, Read read) {
  Values values;
  for (const SecurityGroupRule& rule : group.rules)
    if (rule.egress == egress)
      if (std::string value = read(rule); !value.empty()) values.push_back(std::move(value));
  return values;
}

std::string port(const SecurityGroupRule& rule, std::int64_t value) {
  return rule.protocol == "-1" ? "" : std::to_string(value);
}

template <bool egress>
struct RuleFilters {
  using Rule = SecurityGroupRule;
  static Values cidr(const State&, const SecurityGroup& g) {
    return of_rules<egress>(g, [](const Rule& rule) { return rule.cidr; });
  }
  static Values ipv6_cidr(const State&, const SecurityGroup& g) {
    return of_rules<egress>(g, [](const Rule& rule) { return rule.ipv6_cidr; });
  }
  static Values from_port(const State&, const SecurityGroup& g) {
    return of_rules<egress>(g, [](const Rule& rule) { return port(rule, rule.from_port); });
  }
  static Values to_port(const State&, const SecurityGroup& g) {
    return of_rules<egress>(g, [](const Rule& rule) { return port(rule, rule.to_port); });
  }
  static Values protocol(const State&, const SecurityGroup& g) {
    return of_rules<egress>(g, [](const Rule& rule) { return rule.protocol; });
  }
  static Values group_id(const State&, const SecurityGroup& g) {
    return of_rules<egress>(g, [](const Rule& rule) { return rule.group_id; });
  }
  static Values group_name(const State& state, const SecurityGroup& g) {
    return of_rules<egress>(g, [&](const Rule& rule) {
      const SecurityGroup* other = state.security_groups.find(SecurityGroup::key_of(g.realm, rule.group_id));
      return other ? other->name : std::string();
    });
  }
  static Values user_id(const State&, const SecurityGroup& g) {
    return of_rules<egress>(g,
                            [&](const Rule& rule) { return rule.group_id.empty() ? "" : g.realm.account; });
  }
};
using In = RuleFilters<false>;
using Out = RuleFilters<true>;

constexpr FilterField<SecurityGroup> fields[] = {
    {"description", [](const State&, const SecurityGroup& g) { return Values{g.description}; }},
    {"egress.ip-permission.cidr", Out::cidr},
    {"egress.ip-permission.from-port", Out::from_port},
    {"egress.ip-permission.group-id", Out::group_id},
    {"egress.ip-permission.group-name", Out::group_name},
    {"egress.ip-permission.ipv6-cidr", Out::ipv6_cidr},
    {"egress.ip-permission.prefix-list-id", nothing<SecurityGroup>},
    {"egress.ip-permission.protocol", Out::protocol},
    {"egress.ip-permission.to-port", Out::to_port},
    {"egress.ip-permission.user-id", Out::user_id},
    {"group-id", [](const State&, const SecurityGroup& g) { return Values{g.id}; }},
    {"group-name", [](const State&, const SecurityGroup& g) { return Values{g.name}; }},
    {"ip-permission.cidr", In::cidr},
    {"ip-permission.from-port", In::from_port},
    {"ip-permission.group-id", In::group_id},
    {"ip-permission.group-name", In::group_name},
    {"ip-permission.ipv6-cidr", In::ipv6_cidr},
    {"ip-permission.prefix-list-id", nothing<SecurityGroup>},
    {"ip-permission.protocol", In::protocol},
    {"ip-permission.to-port", In::to_port},
    {"ip-permission.user-id", In::user_id},
    {"owner-id", [](const State&, const SecurityGroup& g) { return Values{g.realm.account}; }},
    {"vpc-id", [](const State&, const SecurityGroup& g) { return Values{g.vpc_id}; }},
};

// GroupNames are those of the default VPC; elsewhere a name is a filter (DescribeSecurityGroups, GroupNames).
Result<> add_ids_of_names(const Call& call, const wire::ListOf<std::string_view>& names, Ids& ids) {
  if (names.empty()) return {};
  const core::ec2::Vpc* vpc = default_vpc(call.turn.state, call.realm);
  if (!vpc) return fail("VPCIdNotSpecified", "No default VPC for this user");
  for (const std::string_view name : names) {
    const SecurityGroup* group = group_named(call, vpc->id, name);
    if (!group)
      return fail(
          std::string(group_id.missing_code),
          "The security group '" + std::string(name) + "' does not exist in default VPC '" + vpc->id + "'");
    ids.insert(group->id);
  }
  return {};
}

}  // namespace

Result<wire::Value> describe_security_groups(Call& call) {
  const wire::ec2::DescribeSecurityGroupsRequest request(call.input);
  Ids ids = ids_of(request.group_ids());
  if (auto good = add_ids_of_names(call, request.group_names(), ids); !good) return pass(good);
  wire::ListOf<wire::ec2::SecurityGroup> page;
  auto next = describe<SecurityGroup>(
      call, call.turn.state.security_groups, request, group_id, ids, fields,
      [&](const SecurityGroup& group) { page.push_back(security_group_view(group)); });
  if (!next) return pass(next);
  wire::ec2::DescribeSecurityGroupsResult result;
  result.set_security_groups(std::move(page));
  if (!next->empty()) result.set_next_token(*next);
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
