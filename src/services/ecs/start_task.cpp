#include "services/ecs/errors.hpp"
#include "services/ecs/launch.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"
#include "services/ecs/tags.hpp"

namespace slipway::services::ecs {

// RunTask with the placement chosen by the caller: one task on each instance named.
Result<wire::Value> start_task(Call& call) {
  wire::ecs::StartTaskRequest request(call.input);
  if (!request.has_task_definition()) return client_exception("TaskDefinition can not be blank.");
  if (request.container_instances().empty()) return invalid_parameter("Container instances cannot be empty.");
  if (request.container_instances().size() > 10)
    return invalid_parameter("Container instances can have at most 10 items.");
  auto launch_request = ecs::launch_request(call, request, "EC2");
  if (!launch_request) return pass(launch_request);
  auto task = prepare_task(call, *launch_request);
  if (!task) return pass(task);

  wire::ecs::StartTaskResponse response;
  response.set_tasks({}).set_failures({});
  core::State& state = call.turn.state;
  for (const auto reference : request.container_instances()) {
    const auto* instance = find_container_instance(call, launch_request->cluster->name, reference);
    auto refuse = [&](const std::string& reason) {
      const std::string arn = instance ? instance->arn() : std::string(reference);
      response.add_failures(wire::ecs::Failure().set_arn(arn).set_reason(reason));
    };
    if (!instance) {
      refuse("MISSING");
      continue;
    }
    const auto* host = state.hosts.find(core::host::Host::key_of(instance->host_id));
    check(host != nullptr, "a container instance without a host");
    if (instance->status != "ACTIVE") {
      refuse("INACTIVE");
    } else if (!state.connected_instances.contains(instance->key())) {
      refuse("AGENT");
    } else if (auto obstacle = schedule::obstacle_on(state, *host, needs_of(*task))) {
      refuse(*obstacle);
    } else {
      auto launched = launch(call, *task, *launch_request, {host, instance});
      if (!launched) return pass(launched);
      response.add_tasks(std::move(*launched));
    }
  }
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
