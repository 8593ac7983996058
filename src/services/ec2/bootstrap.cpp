#include "services/ec2/bootstrap.hpp"

#include <algorithm>

#include "services/common/network_interface.hpp"
#include "services/ec2/vpc_parts.hpp"
#include "services/ec2/zone.hpp"

namespace slipway::services::ec2 {
namespace {

using core::ec2::Vpc;

constexpr int default_subnet_prefix = 20;

// The gateway, and the main table's route to it: without them no task would reach the outside.
void add_internet_gateway(core::Turn& turn, const Vpc& vpc, const std::string& route_table_id) {
  core::ec2::InternetGateway gateway;
  gateway.realm = vpc.realm;
  gateway.id = new_ec2_id(turn.random, "igw");
  gateway.vpc_id = vpc.id;
  turn.modify(turn.state.route_tables, core::ec2::RouteTable::key_of(vpc.realm, route_table_id),
              [&](core::ec2::RouteTable& table) { table.routes.push_back({"0.0.0.0/0", gateway.id, {}}); });
  turn.put(turn.state.internet_gateways, std::move(gateway));
}

void add_subnets(core::Turn& turn, const Vpc& vpc, const Ipv4Cidr& whole) {
  Ipv4Cidr block{whole.first, default_subnet_prefix};
  for (Zone& zone : zones_of(vpc.realm.region)) {
    core::ec2::Subnet subnet;
    subnet.realm = vpc.realm;
    subnet.id = new_ec2_id(turn.random, "subnet");
    subnet.vpc_id = vpc.id;
    subnet.cidr = block.text();
    subnet.availability_zone = std::move(zone.name);
    subnet.default_for_az = true;
    subnet.map_public_ip = true;
    subnet.network_acl_association_id = new_ec2_id(turn.random, "aclassoc");
    turn.put(turn.state.subnets, std::move(subnet));
    block.first.bits += std::uint32_t(block.size());
  }
}

// A store of an earlier build has the VPC without its routes, gateway and ACL. Where there is a main table,
// what is missing was taken away by a user.
void complete(core::Turn& turn, const Vpc& old) {
  core::State& state = turn.state;
  const std::string value = old.realm.prefix() + old.id;
  if (!state.route_tables.with("main", value).empty()) return;
  const Vpc& vpc =
      turn.modify(state.vpcs, old.key(), [&](Vpc& changed) { changed.enable_dns_hostnames = true; });
  turn.put(state.network_acls, new_network_acl(turn, vpc));
  auto routes = new_route_table(turn, vpc, true);
  const std::string route_table_id = routes.id;
  turn.put(state.route_tables, std::move(routes));
  add_internet_gateway(turn, vpc, route_table_id);
  const std::set<std::string> subnets = state.subnets.with("vpc", value);
  for (const std::string& key : subnets)
    turn.modify(state.subnets, key, [&](core::ec2::Subnet& subnet) {
      subnet.network_acl_association_id = new_ec2_id(turn.random, "aclassoc");
    });
}

}  // namespace

std::string make_default_vpc(core::Turn& turn, const Realm& realm, const Ipv4Cidr& block) {
  Vpc vpc;
  vpc.realm = realm;
  vpc.id = new_ec2_id(turn.random, "vpc");
  vpc.cidr = block.text();
  vpc.is_default = true;
  vpc.enable_dns_hostnames = true;
  vpc.dhcp_options_id = shared_dhcp_options(turn, realm);
  vpc.cidr_association_id = new_ec2_id(turn.random, "vpc-cidr-assoc");
  add_internet_gateway(turn, vpc, put_vpc_with_parts(turn, vpc));
  add_subnets(turn, vpc, block);
  return vpc.id;
}

void bootstrap_default_vpc(core::Turn& turn, const Realm& realm, const Ipv4Cidr& block) {
  const std::string account = core::Account::key_of(realm.account);
  const core::Account* row = turn.state.accounts.find(account);
  const bool had_one = row && std::ranges::count(row->default_vpc_regions, realm.region) > 0;
  const auto& keys = turn.state.vpcs.with("default", realm.prefix());
  if (!keys.empty())
    complete(turn, *turn.state.vpcs.find(*keys.begin()));
  else if (!had_one)
    make_default_vpc(turn, realm, block);
  if (row && !had_one)
    turn.modify(turn.state.accounts, account,
                [&](core::Account& changed) { changed.default_vpc_regions.push_back(realm.region); });
}

}  // namespace slipway::services::ec2
