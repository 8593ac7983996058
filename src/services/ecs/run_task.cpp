#include <algorithm>

#include "auth/digest.hpp"
#include "base/encoding.hpp"
#include "base/limits.hpp"
#include "services/ecs/errors.hpp"
#include "services/ecs/launch.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"
#include "services/ecs/tags.hpp"
#include "services/ecs/task_view.hpp"
#include "wire/json_text.hpp"

namespace slipway::services::ecs {
namespace {

using core::IdempotencyToken;
using wire::ecs::Failure;
using wire::ecs::RunTaskRequest;
using wire::ecs::RunTaskResponse;

std::string digest_of(const Call& call) {
  return hex(auth::view(auth::sha256(call.caller.arn + "\n" + wire::write_json(call.input))));
}

// A repeated clientToken gives the same tasks, as they are now; with other parameters it is a conflict.
Result<std::optional<wire::Value>> answer_again(const Call& call, std::string_view token) {
  if (token.empty()) return std::nullopt;
  const auto* row =
      call.turn.state.idempotency_tokens.find(IdempotencyToken::key_of(call.realm, "ecs:RunTask", token));
  if (!row || call.now() >= row->expires_at) return std::nullopt;
  if (row->request_digest != digest_of(call))
    return fail("ConflictException", "The clientToken was used before with other parameters.");
  RunTaskResponse response;
  response.set_tasks({}).set_failures({});
  auto ids = wire::parse_json(row->answer);
  check(ids.has_value(), "an idempotency token's answer is no JSON");
  for (const wire::Value& id : ids->items())
    if (const auto* task = call.turn.state.tasks.find(core::ecs::Task::key_of(call.realm, id.string())))
      response.add_tasks(task_view(call.turn.state, *task, true));
  return std::optional(std::move(response).raw());
}

void remember(Call& call, std::string_view token, const RunTaskResponse& response) {
  if (token.empty()) return;
  wire::Value ids = wire::Value::list();
  for (const auto task : response.tasks())
    ids.push_back(task.task_arn().substr(task.task_arn().rfind('/') + 1));
  IdempotencyToken row;
  row.realm = call.realm;
  row.operation = "ecs:RunTask";
  row.token = token;
  row.request_digest = digest_of(call);
  row.answer = wire::write_json(ids);
  row.expires_at = call.now() + limits::idempotency_token_kept_ms;
  call.turn.put(call.turn.state.idempotency_tokens, std::move(row));
}

Result<> check_request(const RunTaskRequest& request) {
  if (!request.has_task_definition()) return client_exception("TaskDefinition can not be blank.");
  if (request.has_count() && (request.count() < 1 || request.count() > limits::ecs_tasks_per_run))
    return invalid_parameter("Task count must be between 1 and 10.");
  if (request.has_launch_type() && !request.capacity_provider_strategy().empty())
    return invalid_parameter(
        "Specifying both a launch type and capacity provider strategy is not supported.");
  if (!request.capacity_provider_strategy().empty())
    return fail("UnsupportedFeatureException",
                "Capacity provider strategies are not served yet; use launchType.");
  if (!request.placement_constraints().empty() || !request.placement_strategy().empty())
    return fail("UnsupportedFeatureException", "Placement constraints and strategies are not served yet.");
  if (request.client_token().size() > 64)
    return invalid_parameter("clientToken can have at most 64 characters.");
  if (request.started_by().size() > 128)
    return invalid_parameter("startedBy can have at most 128 characters.");
  return {};
}

// One task, or the reasons why there is no room for it.
Result<> run_one(Call& call, const core::ecs::Task& task, const LaunchRequest& launch_request,
                 RunTaskResponse& response) {
  const core::State& state = call.turn.state;
  schedule::Placement placement;
  if (launch_request.launch_type == "FARGATE") {
    auto placed = schedule::place_on_fargate(state, needs_of(task));
    if (!placed) {
      response.add_failures(
          Failure().set_reason("Capacity is unavailable at this time. Please try again later or in a "
                               "different availability zone"));
      return {};
    }
    placement = *placed;
  } else {
    auto placed = schedule::place_on_instance(state, call.realm, task.cluster, needs_of(task));
    if (!placed) {
      if (placed.error().empty())
        return invalid_parameter("No Container Instances were found in your cluster.");
      for (const auto& obstacle : placed.error())
        response.add_failures(Failure().set_arn(obstacle.arn).set_reason(obstacle.reason));
      return {};
    }
    placement = *placed;
  }
  auto launched = launch(call, task, launch_request, placement);
  if (!launched) return pass(launched);
  response.add_tasks(std::move(*launched));
  return {};
}

}  // namespace

Result<wire::Value> run_task(Call& call) {
  RunTaskRequest request(call.input);
  if (auto checked = check_request(request); !checked) return pass(checked);
  auto again = answer_again(call, request.client_token());
  if (!again) return pass(again);
  if (*again) return std::move(**again);

  auto launch_request = ecs::launch_request(
      call, request, request.has_launch_type() ? std::string(request.launch_type()) : "EC2");
  if (!launch_request) return pass(launch_request);
  launch_request->platform_version = request.platform_version();

  auto task = prepare_task(call, *launch_request);
  if (!task) return pass(task);
  RunTaskResponse response;
  response.set_tasks({}).set_failures({});
  for (std::int64_t i = 0; i < (request.has_count() ? request.count() : 1); ++i)
    if (auto ran = run_one(call, *task, *launch_request, response); !ran) return pass(ran);
  remember(call, request.client_token(), response);
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
