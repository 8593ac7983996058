#include "services/ecs/errors.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"

namespace slipway::services::ecs {

// An agent is a part of its host's installation: there is nothing newer that we could send it.
Result<wire::Value> update_container_agent(Call& call) {
  wire::ecs::UpdateContainerAgentRequest request(call.input);
  auto cluster = find_active_cluster(call, request.cluster());
  if (!cluster) return pass(cluster);
  const auto* instance = find_container_instance(call, (*cluster)->name, request.container_instance());
  if (!instance || instance->status == "INACTIVE") return client_exception("The container instance does not exist.");
  if (instance->agent_version.empty())
    return fail("MissingVersionException",
                "The agent of " + instance->arn() + " has not told its version. Wait until it is connected.");
  return fail("NoUpdateAvailableException",
              "There is no update available for the container agent of " + instance->arn() +
                  ". It is updated with the Slipway that is installed on its host.");
}

}  // namespace slipway::services::ecs
