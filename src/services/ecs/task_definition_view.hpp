#pragma once

#include "core/ecs/task_definition.hpp"
#include "wire/gen/ecs.hpp"

namespace slipway::services::ecs {

// The document that RegisterTaskDefinition stores and DescribeTaskDefinition gives back: what was given, with
// the defaults that ECS fills in (hostPort, protocol, essential, empty lists), and nothing else: a default
// that ECS does not echo makes Terraform replace the resource at every apply.
wire::Value definition_document(const wire::ecs::RegisterTaskDefinitionRequest& request);

// A revision as the API shows it.
wire::ecs::TaskDefinition definition_view(const core::ecs::TaskDefinition& definition);

}  // namespace slipway::services::ecs
