#pragma once

#include <string>

#include "services/common/call.hpp"

// Elastic IP addresses, as calls name and associate them.
namespace slipway::services::ec2 {

// By AllocationId or PublicIp. Errors: MissingParameter, InvalidAllocationID.*, InvalidAddress.NotFound.
Result<const core::ec2::Address*> address_named(const Call& call);
// Gives the address to an interface without one. Gives the association's id.
std::string associate(core::Turn& turn, const core::ec2::Address& address,
                      const core::ec2::NetworkInterface& interface);
void disassociate(core::Turn& turn, const core::ec2::Address& address);
bool has_internet_gateway(const core::State& state, const Realm& realm, std::string_view vpc);

}  // namespace slipway::services::ec2
