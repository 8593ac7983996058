#include "services/ec2/vpc_parts.hpp"

#include "base/limits.hpp"
#include "services/common/network_interface.hpp"

namespace slipway::services::ec2 {
namespace {

using core::ec2::RouteTable;
using core::ec2::SecurityGroup;
using core::ec2::Vpc;

core::ec2::SecurityGroupRule everything(core::Turn& turn, bool egress) {
  core::ec2::SecurityGroupRule rule;
  rule.id = new_ec2_id(turn.random, "sgr");
  rule.egress = egress;
  rule.protocol = "-1";
  rule.from_port = rule.to_port = -1;
  return rule;
}

}  // namespace

Result<> check_vpc_limit(const core::State& state, const Realm& realm) {
  std::size_t count = 0;
  state.vpcs.scan(realm.prefix(), "", [&](const Vpc&) { return ++count < limits::ec2_vpcs; });
  if (count < limits::ec2_vpcs) return {};
  return fail("VpcLimitExceeded", "The maximum number of VPCs has been reached.");
}

std::string shared_dhcp_options(core::Turn& turn, const Realm& realm) {
  std::string id;
  turn.state.vpcs.scan(realm.prefix(), "", [&](const Vpc& each) {
    id = each.dhcp_options_id;
    return false;
  });
  return id.empty() ? new_ec2_id(turn.random, "dopt") : id;
}

std::string put_vpc_with_parts(core::Turn& turn, Vpc vpc) {
  RouteTable routes = new_route_table(turn, vpc, true);
  std::string id = routes.id;
  turn.put(turn.state.route_tables, std::move(routes));
  turn.put(turn.state.network_acls, new_network_acl(turn, vpc));
  turn.put(turn.state.security_groups, new_default_group(turn, vpc));
  turn.put(turn.state.vpcs, std::move(vpc));
  return id;
}

RouteTable new_route_table(core::Turn& turn, const Vpc& vpc, bool main) {
  RouteTable table;
  table.realm = vpc.realm;
  table.id = new_ec2_id(turn.random, "rtb");
  table.vpc_id = vpc.id;
  if (main) table.associations.push_back({new_ec2_id(turn.random, "rtbassoc"), {}, {}});
  return table;
}

core::ec2::NetworkAcl new_network_acl(core::Turn& turn, const Vpc& vpc) {
  core::ec2::NetworkAcl acl;
  acl.realm = vpc.realm;
  acl.id = new_ec2_id(turn.random, "acl");
  acl.vpc_id = vpc.id;
  for (const bool egress : {true, false}) acl.entries.push_back({100, egress, "0.0.0.0/0", {}});
  return acl;
}

SecurityGroup new_security_group(core::Turn& turn, const Vpc& vpc) {
  SecurityGroup group;
  group.realm = vpc.realm;
  group.id = new_ec2_id(turn.random, "sg");
  group.vpc_id = vpc.id;
  auto out = everything(turn, true);
  out.cidr = "0.0.0.0/0";
  group.rules.push_back(std::move(out));
  return group;
}

SecurityGroup new_default_group(core::Turn& turn, const Vpc& vpc) {
  SecurityGroup group = new_security_group(turn, vpc);
  group.name = "default";
  group.description = "default VPC security group";
  auto in = everything(turn, false);
  in.group_id = group.id;
  group.rules.insert(group.rules.begin(), std::move(in));
  return group;
}

}  // namespace slipway::services::ec2
