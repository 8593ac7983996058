#pragma once

#include <string>

#include "base/result.hpp"

// ECS's own errors. It answers 400 to all of them and words each by hand (ECS API reference, "Common
// errors").
namespace slipway::services::ecs {

inline std::unexpected<Error> client_exception(std::string message) {
  return fail("ClientException", std::move(message));
}
inline std::unexpected<Error> invalid_parameter(std::string message) {
  return fail("InvalidParameterException", std::move(message));
}
inline std::unexpected<Error> cluster_not_found() {
  return fail("ClusterNotFoundException", "Cluster not found.");
}

}  // namespace slipway::services::ecs
