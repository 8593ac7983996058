#include "services/common/network_interface.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/views.hpp"
#include "services/ec2/zone.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;
using core::ec2::Subnet;

Values zone(const State&, const Subnet& s) {
  return {s.availability_zone};
}
Values zone_id(const State&, const Subnet& s) {
  return {zone_id_of(s.realm.region, s.availability_zone)};
}
Values cidr(const State&, const Subnet& s) {
  return {s.cidr};
}
Values default_for_az(const State&, const Subnet& s) {
  return yes_or_no(s.default_for_az);
}
Values no(const State&, const Subnet&) {
  return yes_or_no(false);
}

constexpr FilterField<Subnet> fields[] = {
    {"availability-zone", zone},
    {"availabilityZone", zone},
    {"availability-zone-id", zone_id},
    {"availabilityZoneId", zone_id},
    {"available-ip-address-count",
     [](const State& state, const Subnet& s) { return Values{std::to_string(free_addresses(state, s))}; }},
    {"cidr", cidr},
    {"cidr-block", cidr},
    {"cidrBlock", cidr},
    {"default-for-az", default_for_az},
    {"defaultForAz", default_for_az},
    {"enable-dns64", no},
    {"ipv6-cidr-block-association.association-id", nothing<Subnet>},
    {"ipv6-cidr-block-association.ipv6-cidr-block", nothing<Subnet>},
    {"ipv6-cidr-block-association.state", nothing<Subnet>},
    {"ipv6-native", no},
    {"map-customer-owned-ip-on-launch", no},
    {"map-public-ip-on-launch", [](const State&, const Subnet& s) { return yes_or_no(s.map_public_ip); }},
    {"outpost-arn", nothing<Subnet>},
    {"owner-id", [](const State&, const Subnet& s) { return Values{s.realm.account}; }},
    {"state", [](const State&, const Subnet&) { return Values{"available"}; }},
    {"subnet-arn", [](const State&, const Subnet& s) { return Values{s.arn()}; }},
    {"subnet-id", [](const State&, const Subnet& s) { return Values{s.id}; }},
    {"vpc-id", [](const State&, const Subnet& s) { return Values{s.vpc_id}; }},
};

}  // namespace

Result<wire::Value> describe_subnets(Call& call) {
  const wire::ec2::DescribeSubnetsRequest request(call.input);
  const State& state = call.turn.state;
  wire::ListOf<wire::ec2::Subnet> page;
  auto next = describe<Subnet>(call, state.subnets, request, subnet_id, ids_of(request.subnet_ids()), fields,
                               [&](const Subnet& subnet) { page.push_back(subnet_view(state, subnet)); });
  if (!next) return pass(next);
  wire::ec2::DescribeSubnetsResult result;
  result.set_subnets(std::move(page));
  if (!next->empty()) result.set_next_token(*next);
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
