#pragma once

#include <string>

#include "schedule/placement.hpp"
#include "services/common/call.hpp"
#include "services/ecs/errors.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/tags.hpp"
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

// From RunTask's or StartTask's request, which name these members alike.
template <class Request>
Result<LaunchRequest> launch_request(const Call& call, const Request& request, std::string launch_type) {
  LaunchRequest made;
  auto cluster = find_active_cluster(call, request.cluster());
  if (!cluster) return pass(cluster);
  made.cluster = *cluster;
  made.definition = find_task_definition(call, request.task_definition());
  if (!made.definition) return client_exception("TaskDefinition not found.");
  made.launch_type = std::move(launch_type);
  made.overrides = request.overrides();
  made.has_network = request.has_network_configuration();
  made.network = request.network_configuration();
  made.group = request.group();
  made.started_by = request.started_by();
  made.enable_execute_command = request.enable_execute_command();
  if (request.propagate_tags() == "TASK_DEFINITION") made.tags = made.definition->tags;
  if (auto merged = merge_tags(made.tags, request.tags()); !merged) return pass(merged);
  return made;
}

// Checks everything that does not depend on a host: definition and launch type, network configuration,
// overrides, roles. The task has neither id nor host yet.
Result<core::ecs::Task> prepare_task(const Call& call, const LaunchRequest& request);
schedule::Needs needs_of(const core::ecs::Task& task);

// Gives the task its id, interface and host, and starts it. Answers the task as RunTask shows it.
Result<wire::ecs::Task> launch(Call& call, core::ecs::Task task, const LaunchRequest& request,
                               const schedule::Placement& placement);

}  // namespace slipway::services::ecs
