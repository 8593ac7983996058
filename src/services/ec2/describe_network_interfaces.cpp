#include "services/common/network_interface.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/views.hpp"
#include "services/ec2/zone.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;
using core::ec2::NetworkInterface;

// A value that only an interface in use has.
Values attached(const NetworkInterface& e, std::string value) {
  return e.attachment_id.empty() ? Values() : Values{std::move(value)};
}

Values of_address(const State& state, const NetworkInterface& e, std::string core::ec2::Address::* member) {
  const core::ec2::Address* address = address_of(state, e);
  return address ? Values{address->*member} : Values();
}

using Eni = NetworkInterface;
Values address(const State&, const Eni& e) {
  return {e.private_ip};
}
Values dns_name(const State&, const Eni& e) {
  return {private_dns_name(e)};
}

constexpr FilterField<Eni> fields[] = {
    {"addresses.association.owner-id",
     [](const State& state, const Eni& e) {
       return address_of(state, e) ? Values{e.realm.account} : Values();
     }},
    {"addresses.association.public-ip",
     [](const State& state, const Eni& e) { return of_address(state, e, &core::ec2::Address::public_ip); }},
    {"addresses.primary", [](const State&, const Eni&) { return yes_or_no(true); }},
    {"addresses.private-ip-address", address},
    {"association.allocation-id",
     [](const State& state, const Eni& e) {
       return of_address(state, e, &core::ec2::Address::allocation_id);
     }},
    {"association.association-id",
     [](const State& state, const Eni& e) {
       return of_address(state, e, &core::ec2::Address::association_id);
     }},
    {"association.ip-owner-id",
     [](const State& state, const Eni& e) {
       return address_of(state, e) ? Values{e.realm.account} : Values();
     }},
    {"association.public-dns-name", nothing<Eni>},
    {"association.public-ip",
     [](const State& state, const Eni& e) { return of_address(state, e, &core::ec2::Address::public_ip); }},
    {"attachment.attach-time",
     [](const State&, const Eni& e) { return attached(e, iso8601_ms(e.created_at)); }},
    {"attachment.attachment-id", [](const State&, const Eni& e) { return attached(e, e.attachment_id); }},
    {"attachment.delete-on-termination", [](const State&, const Eni& e) { return attached(e, "false"); }},
    {"attachment.device-index", [](const State&, const Eni& e) { return attached(e, "1"); }},
    {"attachment.instance-id", nothing<Eni>},
    {"attachment.instance-owner-id", [](const State&, const Eni& e) { return attached(e, e.realm.account); }},
    {"attachment.status", [](const State&, const Eni& e) { return attached(e, "attached"); }},
    {"availability-zone", [](const State&, const Eni& e) { return Values{e.availability_zone}; }},
    {"availability-zone-id",
     [](const State&, const Eni& e) { return Values{zone_id_of(e.realm.region, e.availability_zone)}; }},
    {"description", [](const State&, const Eni& e) { return Values{e.description}; }},
    {"group-id", [](const State&, const Eni& e) { return e.security_group_ids; }},
    {"group-name",
     [](const State& state, const Eni& e) {
       Values names;
       for (const auto& id : e.security_group_ids) names.push_back(group_name_of(state, e.realm, id));
       return names;
     }},
    {"interface-type", [](const State&, const Eni& e) { return Values{std::string(interface_type_of(e))}; }},
    {"ipv6-addresses.ipv6-address", nothing<Eni>},
    {"mac-address", [](const State&, const Eni& e) { return Values{e.mac}; }},
    {"network-interface-id", [](const State&, const Eni& e) { return Values{e.id}; }},
    {"owner-id", [](const State&, const Eni& e) { return Values{e.realm.account}; }},
    {"private-dns-name", dns_name},
    {"private-ip-address", address},
    {"requester-id",
     [](const State&, const Eni& e) {
       return requester_of(e).empty() ? Values() : Values{std::string(requester_of(e))};
     }},
    {"requester-managed", [](const State&, const Eni& e) { return yes_or_no(!requester_of(e).empty()); }},
    {"source-dest-check",
     [](const State&, const Eni& e) { return yes_or_no(!e.source_dest_check_disabled); }},
    {"status", [](const State&, const Eni& e) { return Values{e.status}; }},
    {"subnet-id", [](const State&, const Eni& e) { return Values{e.subnet_id}; }},
    {"vpc-id", [](const State&, const Eni& e) { return Values{e.vpc_id}; }},
};

}  // namespace

Result<wire::Value> describe_network_interfaces(Call& call) {
  const wire::ec2::DescribeNetworkInterfacesRequest request(call.input);
  const State& state = call.turn.state;
  wire::ListOf<wire::ec2::NetworkInterface> page;
  auto next = describe<Eni>(call, state.network_interfaces, request, interface_id,
                            ids_of(request.network_interface_ids()), fields,
                            [&](const Eni& eni) { page.push_back(network_interface_view(state, eni)); });
  if (!next) return pass(next);
  wire::ec2::DescribeNetworkInterfacesResult result;
  result.set_network_interfaces(std::move(page));
  if (!next->empty()) result.set_next_token(*next);
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
