#include "services/ecs/errors.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"
#include "services/ecs/task_definition_view.hpp"

namespace slipway::services::ecs {

// Tasks that run from the revision run on; new ones are refused. An INACTIVE revision stays describable.
Result<wire::Value> deregister_task_definition(Call& call) {
  wire::ecs::DeregisterTaskDefinitionRequest request(call.input);
  if (request.task_definition().find(':') == std::string_view::npos)
    return client_exception("Invalid revision number. Revision should be specified.");
  const auto* definition = find_task_definition(call, request.task_definition());
  if (!definition) return client_exception("The specified task definition does not exist.");
  const auto& changed = call.turn.modify(call.turn.state.task_definitions, definition->key(),
                                         [&](core::ecs::TaskDefinition& each) {
                                           if (each.status != "ACTIVE") return;
                                           each.status = "INACTIVE";
                                           each.deregistered_at = call.now();
                                         });
  wire::ecs::DeregisterTaskDefinitionResponse response;
  response.set_task_definition(definition_view(changed));
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
