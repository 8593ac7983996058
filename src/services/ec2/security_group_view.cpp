#include "services/ec2/views.hpp"

#include <map>
#include <tuple>

#include "services/ec2/listing.hpp"

namespace slipway::services::ec2 {
namespace {

using core::ec2::SecurityGroup;
using core::ec2::SecurityGroupRule;

struct Ranges {
  wire::ListOf<wire::ec2::IpRange> cidrs;
  wire::ListOf<wire::ec2::Ipv6Range> ipv6_cidrs;
  wire::ListOf<wire::ec2::UserIdGroupPair> groups;
};

wire::ListOf<wire::ec2::IpPermission> permissions(const SecurityGroup& group, bool egress) {
  std::map<std::tuple<std::string, std::int64_t, std::int64_t>, Ranges> by_ports;
  for (const SecurityGroupRule& rule : group.rules) {
    if (rule.egress != egress) continue;
    Ranges& ranges = by_ports[{rule.protocol, rule.from_port, rule.to_port}];
    if (!rule.cidr.empty()) {
      wire::ec2::IpRange range;
      range.set_cidr_ip(rule.cidr);
      if (!rule.description.empty()) range.set_description(rule.description);
      ranges.cidrs.push_back(std::move(range));
    } else if (!rule.ipv6_cidr.empty()) {
      wire::ec2::Ipv6Range range;
      range.set_cidr_ipv6(rule.ipv6_cidr);
      if (!rule.description.empty()) range.set_description(rule.description);
      ranges.ipv6_cidrs.push_back(std::move(range));
    } else {
      wire::ec2::UserIdGroupPair pair;
      pair.set_user_id(group.realm.account).set_group_id(rule.group_id);
      if (!rule.description.empty()) pair.set_description(rule.description);
      ranges.groups.push_back(std::move(pair));
    }
  }
  wire::ListOf<wire::ec2::IpPermission> list;
  for (auto& [ports, ranges] : by_ports) {
    const auto& [protocol, from_port, to_port] = ports;
    wire::ec2::IpPermission permission;
    permission.set_ip_protocol(protocol);
    if (protocol != "-1") permission.set_from_port(from_port).set_to_port(to_port);
    permission.set_ip_ranges(std::move(ranges.cidrs))
        .set_user_id_group_pairs(std::move(ranges.groups))
        .set_ipv6_ranges(std::move(ranges.ipv6_cidrs))
        .set_prefix_list_ids({});
    list.push_back(std::move(permission));
  }
  return list;
}

}  // namespace

wire::ec2::SecurityGroup security_group_view(const SecurityGroup& group) {
  wire::ec2::SecurityGroup out;
  out.set_group_id(group.id)
      .set_group_name(group.name)
      .set_description(group.description)
      .set_owner_id(group.realm.account)
      .set_vpc_id(group.vpc_id)
      .set_security_group_arn(group.arn())
      .set_ip_permissions(permissions(group, false))
      .set_ip_permissions_egress(permissions(group, true));
  if (!group.tags.empty()) out.set_tags(tags_view(group.tags));
  return out;
}

}  // namespace slipway::services::ec2
