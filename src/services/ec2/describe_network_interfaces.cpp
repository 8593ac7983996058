#include "services/common/network_interface.hpp"
#include "services/ec2/listing.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/zone.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;
using core::ec2::NetworkInterface;
using core::ec2::SecurityGroup;

constexpr IdKind interface_id{"networkInterfaceIds", "eni", "networkInterface ID",
                              "InvalidNetworkInterfaceId.Malformed", "InvalidNetworkInterfaceID.NotFound"};
// Every interface is a task's: made, attached and removed by ECS.
constexpr std::string_view requester = "amazon-ecs";
constexpr std::int64_t device_index = 1;

std::string group_name_of(const State& state, const Realm& realm, const std::string& group_id) {
  const SecurityGroup* group = state.security_groups.find(SecurityGroup::key_of(realm, group_id));
  return group ? group->name : std::string();
}

using Eni = NetworkInterface;
Values address(const State&, const Eni& e) {
  return {e.private_ip};
}
Values dns_name(const State&, const Eni& e) {
  return {private_dns_name(e)};
}

constexpr FilterField<Eni> fields[] = {
    {"addresses.association.owner-id", nothing<Eni>},
    {"addresses.association.public-ip", nothing<Eni>},
    {"addresses.primary", [](const State&, const Eni&) { return yes_or_no(true); }},
    {"addresses.private-ip-address", address},
    {"association.allocation-id", nothing<Eni>},
    {"association.association-id", nothing<Eni>},
    {"association.ip-owner-id", nothing<Eni>},
    {"association.public-dns-name", nothing<Eni>},
    {"association.public-ip", nothing<Eni>},
    {"attachment.attach-time", [](const State&, const Eni& e) { return Values{iso8601_ms(e.created_at)}; }},
    {"attachment.attachment-id", [](const State&, const Eni& e) { return Values{e.attachment_id}; }},
    {"attachment.delete-on-termination", [](const State&, const Eni&) { return yes_or_no(false); }},
    {"attachment.device-index",
     [](const State&, const Eni&) { return Values{std::to_string(device_index)}; }},
    {"attachment.instance-id", nothing<Eni>},
    {"attachment.instance-owner-id", [](const State&, const Eni& e) { return Values{e.realm.account}; }},
    {"attachment.status", [](const State&, const Eni&) { return Values{"attached"}; }},
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
    {"interface-type", [](const State&, const Eni&) { return Values{"interface"}; }},
    {"ipv6-addresses.ipv6-address", nothing<Eni>},
    {"mac-address", [](const State&, const Eni& e) { return Values{e.mac}; }},
    {"network-interface-id", [](const State&, const Eni& e) { return Values{e.id}; }},
    {"owner-id", [](const State&, const Eni& e) { return Values{e.realm.account}; }},
    {"private-dns-name", dns_name},
    {"private-ip-address", address},
    {"requester-id", [](const State&, const Eni&) { return Values{std::string(requester)}; }},
    {"requester-managed", [](const State&, const Eni&) { return yes_or_no(true); }},
    {"source-dest-check", [](const State&, const Eni&) { return yes_or_no(true); }},
    {"status", [](const State&, const Eni& e) { return Values{e.status}; }},
    {"subnet-id", [](const State&, const Eni& e) { return Values{e.subnet_id}; }},
    {"vpc-id", [](const State&, const Eni& e) { return Values{e.vpc_id}; }},
};

wire::ec2::NetworkInterfaceAttachment attachment_view(const Eni& eni) {
  wire::ec2::NetworkInterfaceAttachment out;
  out.set_attachment_id(eni.attachment_id)
      .set_attach_time(eni.created_at)
      .set_delete_on_termination(false)
      .set_device_index(device_index)
      .set_network_card_index(0)
      .set_instance_owner_id(eni.realm.account)
      .set_status("attached");
  return out;
}

wire::ec2::NetworkInterface view(const State& state, const Eni& eni) {
  wire::ec2::NetworkInterface out;
  out.set_network_interface_id(eni.id)
      .set_owner_id(eni.realm.account)
      .set_status(eni.status)
      .set_interface_type("interface")
      .set_description(eni.description)
      .set_vpc_id(eni.vpc_id)
      .set_subnet_id(eni.subnet_id)
      .set_availability_zone(eni.availability_zone)
      .set_availability_zone_id(zone_id_of(eni.realm.region, eni.availability_zone))
      .set_mac_address(eni.mac)
      .set_private_ip_address(eni.private_ip)
      .set_private_dns_name(private_dns_name(eni))
      .set_requester_id(requester)
      .set_requester_managed(true)
      .set_source_dest_check(true)
      .set_attachment(attachment_view(eni))
      .set_ipv6_addresses({})
      .set_tag_set(tags_view(eni.tags));
  out.add_private_ip_addresses(wire::ec2::NetworkInterfacePrivateIpAddress()
                                   .set_primary(true)
                                   .set_private_ip_address(eni.private_ip)
                                   .set_private_dns_name(private_dns_name(eni)));
  for (const std::string& id : eni.security_group_ids)
    out.add_groups(
        wire::ec2::GroupIdentifier().set_group_id(id).set_group_name(group_name_of(state, eni.realm, id)));
  return out;
}

}  // namespace

Result<wire::Value> describe_network_interfaces(Call& call) {
  const wire::ec2::DescribeNetworkInterfacesRequest request(call.input);
  const State& state = call.turn.state;
  wire::ListOf<wire::ec2::NetworkInterface> page;
  auto next = describe<Eni>(call, state.network_interfaces, request, interface_id,
                            ids_of(request.network_interface_ids()), fields,
                            [&](const Eni& eni) { page.push_back(view(state, eni)); });
  if (!next) return pass(next);
  wire::ec2::DescribeNetworkInterfacesResult result;
  result.set_network_interfaces(std::move(page));
  if (!next->empty()) result.set_next_token(*next);
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
