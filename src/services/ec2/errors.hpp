#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

// EC2's words for errors that many operations give (EC2 API reference, "Error codes").
namespace slipway::services::ec2 {

inline std::unexpected<Error> invalid_value(std::string message) {
  return fail("InvalidParameterValue", std::move(message));
}
// `member` as the model names it: "VpcId" → "The request must contain the parameter vpcId".
inline std::unexpected<Error> missing_parameter(std::string_view member) {
  std::string name(member);
  if (!name.empty() && name[0] >= 'A' && name[0] <= 'Z') name[0] = char(name[0] - 'A' + 'a');
  return fail("MissingParameter", "The request must contain the parameter " + name);
}
inline std::unexpected<Error> has_dependencies(std::string_view noun, std::string_view id) {
  return fail("DependencyViolation", "The " + std::string(noun) + " '" + std::string(id) +
                                         "' has dependencies and cannot be deleted.");
}
inline std::unexpected<Error> different_networks(const std::string& one, const std::string& other) {
  return invalid_value(one + " and " + other + " belong to different networks");
}
// A member that AWS knows and this network cannot do.
inline std::unexpected<Error> not_served(std::string_view what) {
  return fail("UnsupportedOperation", std::string(what) + " is not supported here.");
}

}  // namespace slipway::services::ec2
