#pragma once

#include <string_view>

#include "base/result.hpp"
#include "wire/gen/ecs.hpp"

namespace slipway::services::ecs {

// A container's portMappings in a definition of this network mode; "" is bridge (API reference, PortMapping).
Result<> check_port_mappings(std::string_view network_mode, const wire::ecs::ContainerDefinition&);

}  // namespace slipway::services::ecs
