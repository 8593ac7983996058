#include "base/limits.hpp"
#include "services/ecs/errors.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"

// GetTaskProtection and UpdateTaskProtection (ECS API reference): "this operation is only supported for tasks
// belonging to an Amazon ECS service", and there are no services yet, so every task that exists is a
// TASK_NOT_VALID failure, as a standalone task's is on AWS.
namespace slipway::services::ecs {
namespace {

constexpr std::int64_t longest_min = 2'880;  // 48 hours

template <class Response, class Request>
Result<wire::Value> not_of_a_service(Call& call, const Request& request, std::size_t most) {
  auto cluster = find_cluster(call, request.cluster());
  if (!cluster) return pass(cluster);
  if (request.tasks().empty()) return invalid_parameter("Tasks cannot be empty.");
  if (request.tasks().size() > most)
    return invalid_parameter("Tasks can have at most " + std::to_string(most) + " items.");
  Response response;
  response.set_protected_tasks({}).set_failures({});
  for (const auto reference : request.tasks()) {
    const auto* task = find_task(call, (*cluster)->name, reference);
    const std::string arn =
        task ? task->arn()
        : reference.starts_with("arn:")
            ? std::string(reference)
            : call.realm.arn("ecs", "task/" + (*cluster)->name + "/" + std::string(reference));
    response.add_failures(wire::ecs::Failure().set_arn(arn).set_reason(task ? "TASK_NOT_VALID" : "MISSING"));
  }
  return std::move(response).raw();
}

}  // namespace

Result<wire::Value> get_task_protection(Call& call) {
  return not_of_a_service<wire::ecs::GetTaskProtectionResponse>(
      call, wire::ecs::GetTaskProtectionRequest(call.input), limits::ecs_describe_items);
}

Result<wire::Value> update_task_protection(Call& call) {
  wire::ecs::UpdateTaskProtectionRequest request(call.input);
  if (request.has_expires_in_minutes() &&
      (request.expires_in_minutes() < 1 || request.expires_in_minutes() > longest_min))
    return invalid_parameter("expiresInMinutes must be between 1 and 2880.");
  return not_of_a_service<wire::ecs::UpdateTaskProtectionResponse>(call, request, 10);
}

}  // namespace slipway::services::ecs
