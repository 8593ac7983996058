#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;
using core::ec2::Address;

const core::ec2::NetworkInterface* interface_of(const State& state, const Address& a) {
  return state.network_interfaces.find(a.realm.prefix() + a.network_interface_id);
}

Values present(const std::string& value) {
  return value.empty() ? Values() : Values{value};
}

constexpr FilterField<Address> fields[] = {
    {"allocation-id", [](const State&, const Address& a) { return Values{a.allocation_id}; }},
    {"association-id", [](const State&, const Address& a) { return present(a.association_id); }},
    {"domain", [](const State&, const Address&) { return Values{"vpc"}; }},
    {"instance-id", nothing<Address>},
    {"network-border-group", [](const State&, const Address& a) { return Values{a.realm.region}; }},
    {"network-interface-id", [](const State&, const Address& a) { return present(a.network_interface_id); }},
    {"network-interface-owner-id",
     [](const State&, const Address& a) {
       return a.network_interface_id.empty() ? Values() : Values{a.realm.account};
     }},
    {"private-ip-address",
     [](const State& state, const Address& a) {
       const auto* interface = interface_of(state, a);
       return interface ? Values{interface->private_ip} : Values();
     }},
    {"public-ip", [](const State&, const Address& a) { return Values{a.public_ip}; }},
};

wire::ec2::Address view(const State& state, const Address& address) {
  wire::ec2::Address out;
  out.set_allocation_id(address.allocation_id)
      .set_public_ip(address.public_ip)
      .set_public_ipv4_pool("amazon")
      .set_network_border_group(address.realm.region)
      .set_domain("vpc");
  if (const auto* interface = interface_of(state, address))
    out.set_association_id(address.association_id)
        .set_network_interface_id(interface->id)
        .set_network_interface_owner_id(address.realm.account)
        .set_private_ip_address(interface->private_ip);
  if (!address.tags.empty()) out.set_tags(tags_view(address.tags));
  return out;
}

}  // namespace

Result<wire::Value> describe_addresses(Call& call) {
  const State& state = call.turn.state;
  const wire::ec2::DescribeAddressesRequest request(call.input);
  Ids ids = ids_of(request.allocation_ids());
  for (const std::string_view ip : request.public_ips()) {
    bool found = false;
    for (const std::string& key : state.addresses.with("public-ip", ip))
      if (key.starts_with(call.realm.prefix()))
        found = true, ids.insert(state.addresses.find(key)->allocation_id);
    if (!found) return fail("InvalidAddress.NotFound", "Address '" + std::string(ip) + "' not found.");
  }
  wire::ec2::DescribeAddressesResult result;
  result.set_addresses({});
  auto done = describe<Address>(call, state.addresses, request, allocation_id, ids, fields,
                                [&](const Address& address) { result.add_addresses(view(state, address)); });
  if (!done) return pass(done);
  return std::move(result).raw();
}

// Reverse DNS names: none is set, since the addresses are routed nowhere.
Result<wire::Value> describe_addresses_attribute(Call& call) {
  const wire::ec2::DescribeAddressesAttributeRequest request(call.input);
  if (request.has_attribute() && request.attribute() != "domain-name")
    return invalid_value("Value (" + std::string(request.attribute()) +
                         ") for parameter attribute is invalid.");
  wire::ListOf<wire::ec2::AddressAttribute> page;
  auto next = describe<Address>(call, call.turn.state.addresses, request, allocation_id,
                                ids_of(request.allocation_ids()), {}, [&](const Address& address) {
                                  page.push_back(wire::ec2::AddressAttribute()
                                                     .set_allocation_id(address.allocation_id)
                                                     .set_public_ip(address.public_ip));
                                });
  if (!next) return pass(next);
  wire::ec2::DescribeAddressesAttributeResult result;
  result.set_addresses(std::move(page));
  if (!next->empty()) result.set_next_token(*next);
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
