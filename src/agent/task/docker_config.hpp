#pragma once

#include "agent/task/task_spec.hpp"
#include "base/result.hpp"
#include "wire/value.hpp"

namespace slipway::agent {

// Takes "dockerConfig" {config, hostConfig} apart: two JSON texts in the form of Docker Engine's API
// ("ContainerCreate", Config and HostConfig). Members that we do not know are ignored, as dockerd does.
// Error "TaskError" for a text that is no JSON object.
Result<> apply_docker_config(const wire::Value& docker_config, ContainerDefinition& into);

}  // namespace slipway::agent
