#pragma once

#include <string>

#include "schedule/placement.hpp"
#include "services/common/call.hpp"
#include "wire/gen/ecs.hpp"

// What RunTask and StartTask share: from a definition and its overrides to a task that can be placed.
namespace slipway::services::ecs {

struct LaunchRequest {
  const core::ecs::Cluster* cluster = nullptr;
  const core::ecs::TaskDefinition* definition = nullptr;
  std::string launch_type;  // EC2, FARGATE, EXTERNAL
  wire::ecs::TaskOverride overrides;
  wire::ecs::NetworkConfiguration network;
  bool has_network = false;
  std::string group, started_by, platform_version;
  bool enable_execute_command = false;
  std::map<std::string, std::string> tags;
};

// Checks everything that does not depend on a host: definition and launch type, network configuration,
// overrides, roles. The task has neither id nor host yet.
Result<core::ecs::Task> prepare_task(const Call& call, const LaunchRequest& request);
schedule::Needs needs_of(const core::ecs::Task& task);

// Gives the task its id, interface and host, and starts it. Answers the task as RunTask shows it.
Result<wire::ecs::Task> launch(Call& call, core::ecs::Task task, const LaunchRequest& request,
                               const schedule::Placement& placement);

}  // namespace slipway::services::ecs
