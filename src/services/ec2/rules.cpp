#include "services/ec2/rules.hpp"

#include <algorithm>
#include <charconv>

#include "base/limits.hpp"
#include "services/common/security_groups.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/ip_range.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;
using core::ec2::SecurityGroup;

bool has_ports(const Rule& rule) {
  return rule.protocol == "tcp" || rule.protocol == "udp";
}
bool has_types(const Rule& rule) {
  return rule.protocol == "icmp" || rule.protocol == "icmpv6";
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
  return text;
}

// tcp, 6 → "tcp". Errors: InvalidParameterValue.
Result<std::string> protocol_of(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  if (text.empty())
    return invalid_value(
        "Invalid value 'null' for protocol. VPC security group rules must specify protocols explicitly.");
  if (text == "all") return std::string("-1");
  for (const std::string_view name : {"-1", "tcp", "udp", "icmp", "icmpv6"})
    if (text == name) return text;
  int number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0 || number > 255)
    return invalid_value("Invalid value '" + text + "' for IP protocol. Unknown protocol.");
  if (number == 1) return std::string("icmp");
  if (number == 6) return std::string("tcp");
  if (number == 17) return std::string("udp");
  if (number == 58) return std::string("icmpv6");
  return std::to_string(number);
}

Result<> check_description(std::string_view text) {
  if (text.size() > limits::ec2_description_characters)
    return invalid_value("Invalid rule description. Rule descriptions may not exceed " +
                         std::to_string(limits::ec2_description_characters) + " characters.");
  return {};
}

// Adds rules of one IpPermission.
class Reader {
 public:
  Reader(const Call& call, const SecurityGroup& group, bool egress)
      : call_(call), group_(group), egress_(egress) {}

  Result<> read(const wire::ec2::IpPermission& permission) {
    Rule base;
    base.egress = egress_;
    base.protocol = permission.ip_protocol();
    base.from_port = permission.from_port(), base.to_port = permission.to_port();
    if (auto good = normalise(base, permission.has_from_port(), permission.has_to_port()); !good)
      return pass(good);
    const std::size_t before = rules.size();
    for (const auto range : permission.ip_ranges()) {
      auto cidr = checked_ipv4(range.cidr_ip());
      if (auto added = add(base, cidr, &Rule::cidr, range.description()); !added) return pass(added);
    }
    for (const auto range : permission.ipv6_ranges()) {
      auto cidr = checked_ipv6(range.cidr_ipv6());
      if (auto added = add(base, cidr, &Rule::ipv6_cidr, range.description()); !added) return pass(added);
    }
    for (const auto pair : permission.user_id_group_pairs()) {
      auto id = group_id_of(pair);
      if (auto added = add(base, id, &Rule::group_id, pair.description()); !added) return pass(added);
    }
    for (const auto list : permission.prefix_list_ids())
      return missing_ids(prefix_list_id, {std::string(list.prefix_list_id())});
    if (rules.size() == before)
      return fail("MissingParameter",
                  "The request must contain at least one of the parameters ipRanges, ipv6Ranges, "
                  "prefixListIds or groups");
    return {};
  }

  Rules rules;

 private:
  Result<> add(const Rule& base, Result<std::string>& value, std::string Rule::* member,
               std::string_view description) {
    if (!value) return pass(value);
    if (auto good = check_description(description); !good) return pass(good);
    if (rules.size() >= limits::ec2_rules_per_security_group)
      return fail("RulesPerSecurityGroupLimitExceeded",
                  "The maximum number of rules per security group has been reached.");
    Rule rule = base;
    rule.*member = std::move(*value);
    rule.description = description;
    for (const Rule& other : rules)
      if (same_traffic(other, rule))
        return invalid_value("The same permission must not appear multiple times");
    rules.push_back(std::move(rule));
    return {};
  }

  Result<std::string> group_id_of(const wire::ec2::UserIdGroupPair& pair) {
    if (pair.has_vpc_peering_connection_id()) return not_served("VPC peering");
    std::string id(pair.group_id());
    if (id.empty() && pair.has_group_name()) {
      const SecurityGroup* named = group_named(call_, group_.vpc_id, pair.group_name());
      if (!named)
        return fail("InvalidGroup.NotFound",
                    "The security group '" + std::string(pair.group_name()) + "' does not exist");
      return named->id;
    }
    if (id.empty()) return missing_parameter("groupId");
    if (!pair.user_id().empty() && pair.user_id() != call_.realm.account) return missing_ids(group_id, {id});
    if (auto good = check_referred(call_, group_, id); !good) return pass(good);
    return id;
  }

  const Call& call_;
  const SecurityGroup& group_;
  bool egress_;
};

// The members that were there before IpPermissions: one rule.
wire::ec2::IpPermission old_permission(const Call& call) {
  const wire::ec2::AuthorizeSecurityGroupIngressRequest request(call.input);
  wire::ec2::IpPermission permission;
  permission.set_ip_protocol(request.ip_protocol());
  if (request.has_from_port()) permission.set_from_port(request.from_port());
  if (request.has_to_port()) permission.set_to_port(request.to_port());
  if (request.has_cidr_ip()) permission.add_ip_ranges(wire::ec2::IpRange().set_cidr_ip(request.cidr_ip()));
  if (request.has_source_security_group_name()) {
    wire::ec2::UserIdGroupPair pair;
    // EC2 takes an id here, too.
    const bool is_id = request.source_security_group_name().starts_with("sg-");
    (is_id ? pair.set_group_id(request.source_security_group_name())
           : pair.set_group_name(request.source_security_group_name()));
    permission.add_user_id_group_pairs(std::move(pair));
    if (!request.has_ip_protocol()) permission.set_ip_protocol("-1");
  }
  return permission;
}

}  // namespace

const core::ec2::Vpc* default_vpc(const State& state, const Realm& realm) {
  const auto& keys = state.vpcs.with("default", realm.prefix());
  return keys.empty() ? nullptr : state.vpcs.find(*keys.begin());
}

const SecurityGroup* group_named(const Call& call, std::string_view vpc, std::string_view name) {
  const State& state = call.turn.state;
  const auto& keys = state.security_groups.with("name", SecurityGroup::name_key(call.realm, vpc, name));
  return keys.empty() ? nullptr : state.security_groups.find(*keys.begin());
}

Result<const SecurityGroup*> group_of(const Call& call) {
  const std::string_view id = call.input.get("GroupId").string(), name = call.input.get("GroupName").string();
  if (!id.empty()) return find(call, call.turn.state.security_groups, group_id, id);
  if (name.empty())
    return fail("MissingParameter", "The request must contain the parameter groupName or groupId");
  const core::ec2::Vpc* vpc = default_vpc(call.turn.state, call.realm);
  if (!vpc) return fail("VPCIdNotSpecified", "No default VPC for this user");
  if (const SecurityGroup* group = group_named(call, vpc->id, name)) return group;
  return fail("InvalidGroup.NotFound", "The security group '" + std::string(name) +
                                           "' does not exist in default VPC '" + vpc->id + "'");
}

Result<Rules> asked_rules(const Call& call, const SecurityGroup& group, bool egress) {
  const wire::ec2::AuthorizeSecurityGroupIngressRequest request(call.input);
  Reader reader(call, group, egress);
  for (const wire::ec2::IpPermission permission : request.ip_permissions())
    if (auto read = reader.read(permission); !read) return pass(read);
  if (request.ip_permissions().empty() &&
      (request.has_ip_protocol() || request.has_cidr_ip() || request.has_source_security_group_name()))
    if (auto read = reader.read(old_permission(call)); !read) return pass(read);
  if (reader.rules.empty()) return missing_parameter("ipPermissions");
  return std::move(reader.rules);
}

Result<> normalise(Rule& rule, bool has_from_port, bool has_to_port) {
  auto protocol = protocol_of(rule.protocol);
  if (!protocol) return pass(protocol);
  rule.protocol = std::move(*protocol);
  if (has_ports(rule)) {
    if (!has_from_port || !has_to_port)
      return invalid_value(
          "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.");
    for (const std::int64_t port : {rule.from_port, rule.to_port})
      if (port < 0 || port > 65'535)
        return invalid_value("TCP/UDP port (" + std::to_string(port) + ") out of range");
    if (rule.from_port > rule.to_port)
      return invalid_value("Invalid TCP/UDP port range (" + std::to_string(rule.from_port) + ":" +
                           std::to_string(rule.to_port) + ")");
  } else if (has_types(rule)) {
    if (!has_from_port) rule.from_port = -1;
    if (!has_to_port) rule.to_port = -1;
    if (rule.from_port < -1 || rule.from_port > 255)
      return invalid_value("ICMP type (" + std::to_string(rule.from_port) + ") out of range");
    if (rule.to_port < -1 || rule.to_port > 255)
      return invalid_value("ICMP code (" + std::to_string(rule.to_port) + ") out of range");
    if (rule.from_port == -1 && rule.to_port != -1)
      return invalid_value("ICMP code (" + std::to_string(rule.to_port) + ") without a type");
  } else {
    rule.from_port = rule.to_port = -1;
  }
  return {};
}

Result<std::string> checked_ipv4(std::string_view cidr) {
  if (const auto block = canonical_ipv4(cidr)) return block->text();
  return invalid_value("CIDR block " + std::string(cidr) + " is malformed");
}
Result<std::string> checked_ipv6(std::string_view cidr) {
  if (auto block = canonical_ipv6(cidr)) return std::move(*block);
  return invalid_value("CIDR block " + std::string(cidr) + " is malformed");
}

Result<> check_referred(const Call& call, const SecurityGroup& group, const std::string& id) {
  auto found = find(call, call.turn.state.security_groups, group_id, id);
  if (!found) return pass(found);
  if ((*found)->vpc_id != group.vpc_id)
    return fail("InvalidGroup.NotFound",
                "You have specified two resources that belong to different networks.");
  return {};
}

bool same_traffic(const Rule& one, const Rule& other) {
  auto traffic = [](const Rule& r) {
    return std::tie(r.egress, r.protocol, r.from_port, r.to_port, r.cidr, r.ipv6_cidr, r.group_id);
  };
  return traffic(one) == traffic(other);
}

std::unexpected<Error> duplicate(const Rule& rule) {
  std::string words = "peer: " + rule.cidr + rule.ipv6_cidr + rule.group_id + ", " +
                      (rule.protocol == "-1" ? "ALL" : upper(rule.protocol));
  if (has_ports(rule))
    words += ", from port: " + std::to_string(rule.from_port) + ", to port: " + std::to_string(rule.to_port);
  if (has_types(rule))
    words += ", type: " + (rule.from_port < 0 ? "all" : std::to_string(rule.from_port)) +
             ", code: " + (rule.to_port < 0 ? "all" : std::to_string(rule.to_port));
  return fail("InvalidPermission.Duplicate", "the specified rule \"" + words + ", ALLOW\" already exists");
}

Result<std::size_t> rule_at(const SecurityGroup& group, std::string_view id) {
  if (auto good = check_ids_well_formed(rule_id, {std::string(id)}); !good) return pass(good);
  const auto at = std::ranges::find(group.rules, id, &Rule::id);
  if (at == group.rules.end()) return missing_ids(rule_id, {std::string(id)});
  return std::size_t(at - group.rules.begin());
}

void put_rules(Call& call, const SecurityGroup& group, Rules rules) {
  call.turn.modify(call.turn.state.security_groups, group.key(),
                   [&](SecurityGroup& changed) { changed.rules = std::move(rules); });
  security_group_changed(call.turn, call.environment, call.realm, group.id);
}

wire::ec2::SecurityGroupRule rule_view(const State& state, const SecurityGroup& group, const Rule& rule) {
  wire::ec2::SecurityGroupRule out;
  out.set_security_group_rule_id(rule.id)
      .set_security_group_rule_arn(group.realm.arn("ec2", "security-group-rule/" + rule.id))
      .set_group_id(group.id)
      .set_group_owner_id(group.realm.account)
      .set_is_egress(rule.egress)
      .set_ip_protocol(rule.protocol)
      .set_from_port(rule.from_port)
      .set_to_port(rule.to_port)
      .set_tags(tags_view(rule.tags));
  if (!rule.cidr.empty()) out.set_cidr_ipv4(rule.cidr);
  if (!rule.ipv6_cidr.empty()) out.set_cidr_ipv6(rule.ipv6_cidr);
  if (!rule.group_id.empty()) {
    wire::ec2::ReferencedSecurityGroup other;
    other.set_group_id(rule.group_id).set_user_id(group.realm.account);
    if (const auto* row = state.security_groups.find(SecurityGroup::key_of(group.realm, rule.group_id));
        row && row->vpc_id != group.vpc_id)
      other.set_vpc_id(row->vpc_id);
    out.set_referenced_group_info(std::move(other));
  }
  if (!rule.description.empty()) out.set_description(rule.description);
  return out;
}

}  // namespace slipway::services::ec2
