#include "services/common/network_interface.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/views.hpp"
#include "services/ec2/zone.hpp"

namespace slipway::services::ec2 {

using core::State;
using core::ec2::Address;
using core::ec2::NetworkInterface;
using core::ec2::SecurityGroup;

std::string group_name_of(const State& state, const Realm& realm, const std::string& id) {
  const SecurityGroup* group = state.security_groups.find(SecurityGroup::key_of(realm, id));
  return group ? group->name : std::string();
}

std::string_view interface_type_of(const NetworkInterface& interface) {
  return interface.nat_gateway_id.empty() ? "interface" : "nat_gateway";
}

std::string_view requester_of(const NetworkInterface& interface) {
  if (!interface.task_key.empty()) return "amazon-ecs";
  return interface.nat_gateway_id.empty() ? "" : "amazon-aws";
}

const Address* address_of(const State& state, const NetworkInterface& interface) {
  const auto& keys = state.addresses.with("network-interface", interface.realm.prefix() + interface.id);
  return keys.empty() ? nullptr : state.addresses.find(*keys.begin());
}

wire::ec2::NetworkInterfaceAttachment attachment_view(const NetworkInterface& interface) {
  wire::ec2::NetworkInterfaceAttachment out;
  out.set_attachment_id(interface.attachment_id)
      .set_attach_time(interface.created_at)
      .set_delete_on_termination(false)
      .set_device_index(1)
      .set_network_card_index(0)
      .set_instance_owner_id(interface.realm.account)
      .set_status("attached");
  return out;
}

wire::ListOf<wire::ec2::GroupIdentifier> groups_view(const State& state, const NetworkInterface& interface) {
  wire::ListOf<wire::ec2::GroupIdentifier> groups;
  for (const std::string& id : interface.security_group_ids)
    groups.push_back(wire::ec2::GroupIdentifier().set_group_id(id).set_group_name(
        group_name_of(state, interface.realm, id)));
  return groups;
}

wire::ec2::NetworkInterface network_interface_view(const State& state, const NetworkInterface& interface) {
  wire::ec2::NetworkInterface out;
  out.set_network_interface_id(interface.id)
      .set_owner_id(interface.realm.account)
      .set_status(interface.status)
      .set_interface_type(interface_type_of(interface))
      .set_description(interface.description)
      .set_vpc_id(interface.vpc_id)
      .set_subnet_id(interface.subnet_id)
      .set_availability_zone(interface.availability_zone)
      .set_availability_zone_id(zone_id_of(interface.realm.region, interface.availability_zone))
      .set_mac_address(interface.mac)
      .set_private_ip_address(interface.private_ip)
      .set_private_dns_name(private_dns_name(interface))
      .set_requester_managed(!requester_of(interface).empty())
      .set_source_dest_check(!interface.source_dest_check_disabled)
      .set_groups(groups_view(state, interface))
      .set_ipv6_addresses({})
      .set_tag_set(tags_view(interface.tags));
  if (!requester_of(interface).empty()) out.set_requester_id(requester_of(interface));
  if (!interface.attachment_id.empty()) out.set_attachment(attachment_view(interface));
  wire::ec2::NetworkInterfacePrivateIpAddress primary;
  primary.set_primary(true)
      .set_private_ip_address(interface.private_ip)
      .set_private_dns_name(private_dns_name(interface));
  if (const Address* address = address_of(state, interface)) {
    wire::ec2::NetworkInterfaceAssociation association;
    association.set_allocation_id(address->allocation_id)
        .set_association_id(address->association_id)
        .set_ip_owner_id(interface.realm.account)
        .set_public_ip(address->public_ip)
        .set_public_dns_name("");
    primary.set_association(association);
    out.set_association(std::move(association));
  }
  out.add_private_ip_addresses(std::move(primary));
  return out;
}

}  // namespace slipway::services::ec2
