#include <algorithm>

#include "base/limits.hpp"
#include "services/ecs/errors.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"
#include "services/ecs/task_view.hpp"

namespace slipway::services::ecs {

Result<wire::Value> describe_tasks(Call& call) {
  wire::ecs::DescribeTasksRequest request(call.input);
  if (request.tasks().empty()) return invalid_parameter("Tasks cannot be empty.");
  if (request.tasks().size() > limits::ecs_describe_items)
    return invalid_parameter("Tasks can have at most 100 items.");
  auto cluster = find_cluster(call, request.cluster());
  if (!cluster) return pass(cluster);
  const auto include = request.include();
  const bool with_tags = std::ranges::find(include, std::string_view("TAGS")) != include.end();
  wire::ecs::DescribeTasksResponse response;
  response.set_tasks({}).set_failures({});
  for (const auto reference : request.tasks()) {
    if (const auto* task = find_task(call, (*cluster)->name, reference)) {
      response.add_tasks(task_view(call.turn.state, *task, with_tags));
      continue;
    }
    const std::string arn =
        reference.starts_with("arn:")
            ? std::string(reference)
            : call.realm.arn("ecs", "task/" + (*cluster)->name + "/" + std::string(reference));
    response.add_failures(wire::ecs::Failure().set_arn(arn).set_reason("MISSING"));
  }
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
