#include "services/common/network_interface.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/ids.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/tags.hpp"
#include "services/ec2/views.hpp"
#include "services/ec2/vpc_block.hpp"
#include "services/ec2/vpc_parts.hpp"

namespace slipway::services::ec2 {
namespace {

using core::ec2::Vpc;

// A VPC may have a dedicated tenancy or IPv6 at AWS; one that was asked for and not made would be a lie.
Result<> check_served(const wire::ec2::CreateVpcRequest& request) {
  if (request.has_instance_tenancy() && request.instance_tenancy() != "default")
    return not_served("instanceTenancy '" + std::string(request.instance_tenancy()) + "'");
  if (request.amazon_provided_ipv6_cidr_block() || request.has_ipv6_cidr_block() || request.has_ipv6_pool() ||
      request.has_ipv6_ipam_pool_id())
    return not_served("IPv6");
  if (request.has_ipv4_ipam_pool_id() || request.has_ipv4_netmask_length()) return not_served("IPAM");
  return {};
}

}  // namespace

Result<wire::Value> create_vpc(Call& call) {
  const wire::ec2::CreateVpcRequest request(call.input);
  auto block = vpc_block(request.cidr_block());
  if (!block) return pass(block);
  if (auto good = check_served(request); !good) return pass(good);
  auto tags = tags_for(request.tag_specifications(), "vpc");
  if (!tags) return pass(tags);
  if (auto room = check_vpc_limit(call.turn.state, call.realm); !room) return pass(room);

  Vpc vpc;
  vpc.realm = call.realm;
  vpc.id = new_ec2_id(call.turn.random, "vpc");
  vpc.cidr = block->text();
  vpc.tags = std::move(*tags);
  vpc.dhcp_options_id = shared_dhcp_options(call.turn, call.realm);
  vpc.cidr_association_id = new_ec2_id(call.turn.random, "vpc-cidr-assoc");
  wire::ec2::CreateVpcResult result;
  result.set_vpc(vpc_view(vpc).set_state("pending"));
  put_vpc_with_parts(call.turn, std::move(vpc));
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
