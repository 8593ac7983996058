#include "services/ec2/bootstrap.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/views.hpp"
#include "services/ec2/vpc_parts.hpp"

namespace slipway::services::ec2 {

Result<wire::Value> create_default_vpc(Call& call) {
  core::State& state = call.turn.state;
  if (!state.vpcs.with("default", call.realm.prefix()).empty())
    return fail("DefaultVpcAlreadyExists", "A Default VPC already exists for this account in this region.");
  if (auto room = check_vpc_limit(state, call.realm); !room) return pass(room);
  const std::string id = make_default_vpc(call.turn, call.realm);
  wire::ec2::CreateDefaultVpcResult result;
  result.set_vpc(vpc_view(*state.vpcs.find(core::ec2::Vpc::key_of(call.realm, id))).set_state("pending"));
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
