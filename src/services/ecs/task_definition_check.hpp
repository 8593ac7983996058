#pragma once

#include "base/result.hpp"
#include "wire/gen/ecs.hpp"

namespace slipway::services::ecs {

// What RegisterTaskDefinition refuses, in ECS's words (ClientException). Does not look at the state.
Result<> check_task_definition(const wire::ecs::RegisterTaskDefinitionRequest& request);

// What Fargate refuses beside that (ECS developer guide, "Task definition parameters for Fargate").
Result<> check_fargate(const wire::ecs::RegisterTaskDefinitionRequest& request);

// EphemeralStorage.sizeInGiB: 21 to 200.
Result<> check_ephemeral_storage(std::int64_t gib);

// CPU units ("256", "1 vCPU", ".5 vcpu") and MiB ("512", "2 GB", "1gb"); nothing for anything else.
std::optional<std::int64_t> parse_task_cpu(std::string_view text);
std::optional<std::int64_t> parse_task_memory(std::string_view text);

}  // namespace slipway::services::ecs
