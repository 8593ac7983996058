#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;
using core::ec2::Subnet;

using core::ec2::NetworkAcl;
using core::ec2::NetworkAclEntry;

// What comes after all entries: it cannot be changed.
constexpr std::int64_t last_rule = 32'767;

bool is_ipv6(const NetworkAclEntry& entry) {
  return entry.cidr.find(':') != entry.cidr.npos;
}

template <class Read>
Values of_subnets(const State& state, const NetworkAcl& acl, Read read) {
  Values values;
  for (const std::string& key : state.subnets.with("vpc", acl.realm.prefix() + acl.vpc_id))
    values.push_back(read(*state.subnets.find(key)));
  return values;
}

Values blocks(const NetworkAcl& acl, bool ipv6) {
  Values values;
  if (!ipv6) values.emplace_back("0.0.0.0/0");  // of the last rule
  for (const NetworkAclEntry& entry : acl.entries)
    if (is_ipv6(entry) == ipv6) values.push_back(entry.cidr);
  return values;
}

wire::ec2::NetworkAclEntry entry_view(const NetworkAclEntry& entry, std::string_view action) {
  wire::ec2::NetworkAclEntry out;
  out.set_rule_number(entry.rule_number).set_protocol("-1").set_rule_action(action).set_egress(entry.egress);
  if (is_ipv6(entry))
    out.set_ipv6_cidr_block(entry.cidr);
  else
    out.set_cidr_block(entry.cidr);
  return out;
}

constexpr FilterField<NetworkAcl> fields[] = {
    {"association.association-id",
     [](const State& state, const NetworkAcl& a) {
       return of_subnets(state, a, [](const Subnet& s) { return s.network_acl_association_id; });
     }},
    {"association.network-acl-id", [](const State&, const NetworkAcl& a) { return Values{a.id}; }},
    {"association.subnet-id",
     [](const State& state, const NetworkAcl& a) {
       return of_subnets(state, a, [](const Subnet& s) { return s.id; });
     }},
    {"default", [](const State&, const NetworkAcl&) { return yes_or_no(true); }},
    {"entry.cidr", [](const State&, const NetworkAcl& a) { return blocks(a, false); }},
    {"entry.icmp.code", nothing<NetworkAcl>},
    {"entry.icmp.type", nothing<NetworkAcl>},
    {"entry.ipv6-cidr", [](const State&, const NetworkAcl& a) { return blocks(a, true); }},
    {"entry.port-range.from", nothing<NetworkAcl>},
    {"entry.port-range.to", nothing<NetworkAcl>},
    {"entry.protocol", [](const State&, const NetworkAcl&) { return Values{"-1"}; }},
    {"entry.rule-action", [](const State&, const NetworkAcl&) { return Values{"allow", "deny"}; }},
    {"entry.egress", [](const State&, const NetworkAcl&) { return Values{"true", "false"}; }},
    {"entry.rule-number",
     [](const State&, const NetworkAcl& a) {
       Values values{std::to_string(last_rule)};
       for (const NetworkAclEntry& entry : a.entries) values.push_back(std::to_string(entry.rule_number));
       return values;
     }},
    {"network-acl-id", [](const State&, const NetworkAcl& a) { return Values{a.id}; }},
    {"owner-id", [](const State&, const NetworkAcl& a) { return Values{a.realm.account}; }},
    {"vpc-id", [](const State&, const NetworkAcl& a) { return Values{a.vpc_id}; }},
};

wire::ec2::NetworkAcl view(const State& state, const NetworkAcl& acl) {
  wire::ec2::NetworkAcl out;
  out.set_network_acl_id(acl.id)
      .set_vpc_id(acl.vpc_id)
      .set_owner_id(acl.realm.account)
      .set_is_default(true)
      .set_associations({})
      .set_tags(tags_view(acl.tags));
  for (const NetworkAclEntry& entry : acl.entries) out.add_entries(entry_view(entry, "allow"));
  for (const bool egress : {true, false})
    out.add_entries(entry_view({last_rule, egress, "0.0.0.0/0", {}}, "deny"));
  for (const std::string& key : state.subnets.with("vpc", acl.realm.prefix() + acl.vpc_id)) {
    const Subnet& subnet = *state.subnets.find(key);
    out.add_associations(wire::ec2::NetworkAclAssociation()
                             .set_network_acl_association_id(subnet.network_acl_association_id)
                             .set_network_acl_id(acl.id)
                             .set_subnet_id(subnet.id));
  }
  return out;
}

}  // namespace

Result<wire::Value> describe_network_acls(Call& call) {
  const State& state = call.turn.state;
  const wire::ec2::DescribeNetworkAclsRequest request(call.input);
  wire::ListOf<wire::ec2::NetworkAcl> page;
  auto next = describe<NetworkAcl>(call, state.network_acls, request, network_acl_id,
                                   ids_of(request.network_acl_ids()), fields,
                                   [&](const NetworkAcl& acl) { page.push_back(view(state, acl)); });
  if (!next) return pass(next);
  wire::ec2::DescribeNetworkAclsResult result;
  result.set_network_acls(std::move(page));
  if (!next->empty()) result.set_next_token(*next);
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
