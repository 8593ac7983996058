#include "services/ec2/ids.hpp"
#include "services/ec2/views.hpp"

namespace slipway::services::ec2 {

wire::ec2::InternetGateway internet_gateway_view(const core::ec2::InternetGateway& gateway) {
  wire::ec2::InternetGateway out;
  out.set_internet_gateway_id(gateway.id)
      .set_owner_id(gateway.realm.account)
      .set_attachments({})
      .set_tags(tags_view(gateway.tags));
  if (!gateway.vpc_id.empty())  // EC2 says available where other resources say attached
    out.add_attachments(
        wire::ec2::InternetGatewayAttachment().set_vpc_id(gateway.vpc_id).set_state("available"));
  return out;
}

}  // namespace slipway::services::ec2
