#pragma once

#include "agent/image/registries.hpp"
#include "base/result.hpp"

namespace YAML {
class Node;
}

namespace slipway::daemon {

// The section `registries` of the configuration file: a map from registries' names to what is said of each
// (mirrors, location, plain-http, ca-file). "InvalidArgument" names the registry.
Result<> read_registries(const YAML::Node& section, agent::RegistryRules& into);

}  // namespace slipway::daemon
