#pragma once

#include "services/common/call.hpp"

// From a container definition to Docker Engine's API forms, which travel to the agent as JSON text
// (agent-wire.md §5.4).
namespace slipway::services::ecs {

// `Config`: User, WorkingDir, Hostname, Labels, OpenStdin, Tty, Healthcheck.
wire::Value docker_config(const wire::Value& definition);
// `HostConfig`: NetworkMode, Privileged, Ulimits, LogConfig …
wire::Value docker_host_config(const Environment& environment, const core::ecs::Task& task,
                               const wire::Value& definition, std::string_view network_mode);

}  // namespace slipway::services::ecs
