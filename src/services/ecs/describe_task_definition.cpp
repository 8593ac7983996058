#include <algorithm>

#include "services/ecs/errors.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"
#include "services/ecs/tags.hpp"
#include "services/ecs/task_definition_view.hpp"

namespace slipway::services::ecs {

Result<wire::Value> describe_task_definition(Call& call) {
  wire::ecs::DescribeTaskDefinitionRequest request(call.input);
  const auto* definition = find_task_definition(call, request.task_definition());
  if (!definition) return client_exception("Unable to describe task definition.");
  wire::ecs::DescribeTaskDefinitionResponse response;
  response.set_task_definition(definition_view(*definition));
  const auto include = request.include();
  response.set_tags(std::ranges::find(include, std::string_view("TAGS")) != include.end()
                        ? tag_list(definition->tags)
                        : wire::ListOf<wire::ecs::Tag>());
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
