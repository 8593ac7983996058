#pragma once

#include <string>

#include "services/common/call.hpp"

// What CreateRoute, ReplaceRoute and DeleteRoute name.
namespace slipway::services::ec2 {

// DestinationCidrBlock or DestinationIpv6CidrBlock in its plain form. Errors: MissingParameter,
// InvalidParameterCombination, InvalidParameterValue.
Result<std::string> destination_of(const Call& call);
// The one target, which must be of the table's VPC. Errors: MissingParameter, InvalidParameterCombination,
// UnsupportedOperation, InvalidParameterValue, those of the target's kind.
Result<std::string> target_of(const Call& call, const core::ec2::RouteTable& table,
                              const std::string& destination);
// The place of the route; the table's size where there is none.
std::size_t route_at(const core::ec2::RouteTable& table, const std::string& destination);
bool is_local(const core::State& state, const core::ec2::RouteTable& table, const std::string& destination);

}  // namespace slipway::services::ec2
