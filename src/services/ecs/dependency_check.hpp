#pragma once

#include "base/result.hpp"
#include "wire/gen/ecs.hpp"

namespace slipway::services::ecs {

// Who waits for whom: dependsOn, and what links and volumesFrom imply (API reference, ContainerDependency). What is
// waited for must be there and able to come, and nobody may wait for himself by way of others. Error
// "ClientException" names the containers.
Result<> check_dependencies(const wire::ecs::RegisterTaskDefinitionRequest& request);

}  // namespace slipway::services::ecs
