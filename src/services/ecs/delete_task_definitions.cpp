#include "services/ecs/errors.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"
#include "services/ecs/task_definition_view.hpp"

namespace slipway::services::ecs {

// INACTIVE revisions; they go for good once nothing runs from them (lifecycle.cpp, tick()). Until then nothing
// new can be run from them, as from every revision that is not ACTIVE.
Result<wire::Value> delete_task_definitions(Call& call) {
  wire::ecs::DeleteTaskDefinitionsRequest request(call.input);
  if (request.task_definitions().empty() || request.task_definitions().size() > 10)
    return invalid_parameter("taskDefinitions must have 1 to 10 items.");
  for (const auto reference : request.task_definitions())
    if (reference.find(':') == std::string_view::npos)
      return invalid_parameter("Invalid revision number. Revision should be specified.");
  wire::ecs::DeleteTaskDefinitionsResponse response;
  response.set_task_definitions({}).set_failures({});
  for (const auto reference : request.task_definitions()) {
    const auto* definition = find_task_definition(call, reference);
    if (!definition || definition->status == "ACTIVE") {
      wire::ecs::Failure failure;
      failure.set_arn(definition ? definition->arn() : std::string(reference));
      failure.set_reason(definition ? "The specified task definition is still in ACTIVE status. Please deregister "
                                      "the target and try again."
                                    : "The specified task definition does not exist. Specify a valid account, "
                                      "family, revision and try again.");
      response.add_failures(failure);
      continue;
    }
    const auto& changed =
        call.turn.modify(call.turn.state.task_definitions, definition->key(),
                         [](core::ecs::TaskDefinition& each) { each.status = "DELETE_IN_PROGRESS"; });
    response.add_task_definitions(definition_view(changed));
  }
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
