#pragma once

#include <string_view>

#include "services/common/call.hpp"
#include "wire/gen/ecs.hpp"

namespace slipway::services::ecs {

// Name and value as ECS takes them: 1 to 128 letters, digits, "-", "_", ".", "/", "\"; in a value also ":", "@"
// and blanks (ECS API reference, "Attribute"). Names of ECS's own cannot be given.
Result<> check_attribute(const wire::ecs::Attribute& attribute);

// Whose it is. "TargetNotFoundException" where it is no container instance of the cluster.
Result<const core::ecs::ContainerInstance*> attribute_target(const Call& call, std::string_view cluster,
                                                             const wire::ecs::Attribute& attribute);

wire::ecs::Attribute attribute_view(const core::ecs::ContainerInstance& target,
                                    const core::ecs::Attribute& attribute);

}  // namespace slipway::services::ecs
