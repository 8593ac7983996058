#include "services/ec2/ids.hpp"
#include "services/ec2/views.hpp"

namespace slipway::services::ec2 {

wire::ec2::NatGateway nat_gateway_view(const core::ec2::NatGateway& gateway) {
  wire::ec2::NatGateway out;
  out.set_nat_gateway_id(gateway.id)
      .set_subnet_id(gateway.subnet_id)
      .set_vpc_id(gateway.vpc_id)
      .set_state(gateway.state)
      .set_connectivity_type(gateway.connectivity_type)
      .set_availability_mode("zonal")
      .set_create_time(gateway.created_at)
      .set_tags(tags_view(gateway.tags));
  if (gateway.deleted_at) out.set_delete_time(gateway.deleted_at);
  if (!gateway.failure_code.empty())
    out.set_failure_code(gateway.failure_code).set_failure_message(gateway.failure_message);
  wire::ec2::NatGatewayAddress address;
  address.set_is_primary(true);
  if (!gateway.network_interface_id.empty())
    address.set_network_interface_id(gateway.network_interface_id)
        .set_private_ip(gateway.private_ip)
        .set_status("succeeded");
  else
    address.set_status("failed");
  if (!gateway.allocation_id.empty()) address.set_allocation_id(gateway.allocation_id);
  if (!gateway.public_ip.empty())
    address.set_public_ip(gateway.public_ip).set_association_id(gateway.association_id);
  out.add_nat_gateway_addresses(std::move(address));
  return out;
}

}  // namespace slipway::services::ec2
