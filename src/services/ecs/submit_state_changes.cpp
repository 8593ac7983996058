#include "services/ecs/errors.hpp"
#include "services/ecs/lifecycle.hpp"
#include "services/ecs/table.hpp"

// The three reports of an agent. Whatever names no task that we know is acknowledged: an agent repeats a
// refused report for a day (agent-wire.md §4.3).
namespace slipway::services::ecs {
namespace {

// A Fargate task's agent may stand in another account or region than the task: the ARN says where it is.
std::string task_key(std::string_view text) {
  const auto arn = Arn::parse(text);
  if (!arn) return {};
  return core::ecs::Task::key_of({arn->account, arn->region},
                                 arn->resource.substr(arn->resource.rfind('/') + 1));
}

}  // namespace

Result<wire::Value> submit_task_state_change(Call& call) {
  wire::ecs::SubmitTaskStateChangeRequest request(call.input);
  const std::string key = task_key(request.task());
  if (key.empty()) return invalid_parameter("Invalid task ARN.");
  report(call.turn, key, request);
  wire::ecs::SubmitTaskStateChangeResponse response;
  response.set_acknowledgment("ACK");
  return std::move(response).raw();
}

// A container's change without its task's: the same report with one container and no status.
Result<wire::Value> submit_container_state_change(Call& call) {
  wire::ecs::SubmitContainerStateChangeRequest request(call.input);
  const std::string key = task_key(request.task());
  if (key.empty()) return invalid_parameter("Invalid task ARN.");
  wire::ecs::ContainerStateChange change;
  change.set_container_name(request.container_name());
  if (request.has_status()) change.set_status(request.status());
  if (request.has_exit_code()) change.set_exit_code(request.exit_code());
  if (request.has_reason()) change.set_reason(request.reason());
  if (request.has_runtime_id()) change.set_runtime_id(request.runtime_id());
  if (request.has_network_bindings()) change.set_network_bindings(request.network_bindings());
  wire::ecs::SubmitTaskStateChangeRequest whole;
  whole.add_containers(change);
  report(call.turn, key, whole);
  wire::ecs::SubmitContainerStateChangeResponse response;
  response.set_acknowledgment("ACK");
  return std::move(response).raw();
}

Result<wire::Value> submit_attachment_state_changes(Call&) {
  // Only instances' own interfaces and volumes are reported so, and we give none.
  wire::ecs::SubmitAttachmentStateChangesResponse response;
  response.set_acknowledgment("ACK");
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
