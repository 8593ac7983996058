#include "services/common/network_interface.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/views.hpp"
#include "services/ec2/zone.hpp"

namespace slipway::services::ec2 {

using core::State;
using core::ec2::Subnet;

wire::ec2::Subnet subnet_view(const State& state, const Subnet& subnet) {
  wire::ec2::Subnet out;
  out.set_subnet_id(subnet.id)
      .set_subnet_arn(subnet.arn())
      .set_owner_id(subnet.realm.account)
      .set_state("available")
      .set_vpc_id(subnet.vpc_id)
      .set_cidr_block(subnet.cidr)
      .set_available_ip_address_count(free_addresses(state, subnet))
      .set_availability_zone(subnet.availability_zone)
      .set_availability_zone_id(zone_id_of(subnet.realm.region, subnet.availability_zone))
      .set_default_for_az(subnet.default_for_az)
      .set_map_public_ip_on_launch(subnet.map_public_ip)
      .set_map_customer_owned_ip_on_launch(false)
      .set_assign_ipv6_address_on_creation(false)
      .set_ipv6_cidr_block_association_set({})
      .set_enable_dns64(false)
      .set_ipv6_native(false)
      .set_private_dns_name_options_on_launch(wire::ec2::PrivateDnsNameOptionsOnLaunch()
                                                  .set_hostname_type("ip-name")
                                                  .set_enable_resource_name_dns_a_record(false)
                                                  .set_enable_resource_name_dns_aaaa_record(false));
  if (!subnet.tags.empty()) out.set_tags(tags_view(subnet.tags));
  return out;
}

}  // namespace slipway::services::ec2
