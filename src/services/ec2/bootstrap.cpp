#include "services/ec2/bootstrap.hpp"

#include "base/cidr.hpp"
#include "services/common/network_interface.hpp"
#include "services/ec2/zone.hpp"

namespace slipway::services::ec2 {
namespace {

constexpr Ipv4Cidr default_block{{0xac1f0000}, 16};  // 172.31.0.0/16
constexpr int default_subnet_prefix = 20;

bool has_default_vpc(const core::State& state, const Realm& realm) {
  bool found = false;
  state.vpcs.scan(realm.prefix(), "", [&](const core::ec2::Vpc& vpc) {
    found = vpc.is_default;
    return !found;
  });
  return found;
}

core::ec2::SecurityGroup default_group(core::Turn& turn, const core::ec2::Vpc& vpc) {
  core::ec2::SecurityGroup group;
  group.realm = vpc.realm;
  group.id = new_ec2_id(turn.random, "sg");
  group.vpc_id = vpc.id;
  group.name = "default";
  group.description = "default VPC security group";
  core::ec2::SecurityGroupRule rule;
  rule.protocol = "-1";
  rule.from_port = rule.to_port = -1;
  rule.id = new_ec2_id(turn.random, "sgr");
  rule.group_id = group.id;
  group.rules.push_back(rule);
  rule.id = new_ec2_id(turn.random, "sgr");
  rule.group_id.clear();
  rule.egress = true;
  rule.cidr = "0.0.0.0/0";
  group.rules.push_back(rule);
  return group;
}

}  // namespace

void bootstrap_default_vpc(core::Turn& turn, const Realm& realm) {
  if (has_default_vpc(turn.state, realm)) return;
  core::ec2::Vpc vpc;
  vpc.realm = realm;
  vpc.id = new_ec2_id(turn.random, "vpc");
  vpc.cidr = default_block.text();
  vpc.is_default = true;
  vpc.dhcp_options_id = new_ec2_id(turn.random, "dopt");
  vpc.cidr_association_id = new_ec2_id(turn.random, "vpc-cidr-assoc");
  turn.put(turn.state.security_groups, default_group(turn, vpc));

  Ipv4Cidr block{default_block.first, default_subnet_prefix};
  for (Zone& zone : zones_of(realm.region)) {
    core::ec2::Subnet subnet;
    subnet.realm = realm;
    subnet.id = new_ec2_id(turn.random, "subnet");
    subnet.vpc_id = vpc.id;
    subnet.cidr = block.text();
    subnet.availability_zone = std::move(zone.name);
    subnet.default_for_az = true;
    subnet.map_public_ip = true;
    turn.put(turn.state.subnets, std::move(subnet));
    block.first.bits += std::uint32_t(block.size());
  }
  turn.put(turn.state.vpcs, std::move(vpc));
}

}  // namespace slipway::services::ec2
