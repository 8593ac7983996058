#include "services/logs/lookup.hpp"
#include "services/logs/table.hpp"
#include "services/logs/tags.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {

Result<wire::Value> tag_resource(Call& call) {
  const wire::logs::TagResourceRequest request(call.input);
  auto group = find_group_by_arn(call, request.resource_arn());
  if (!group) return pass(group);
  Tags tags = (*group)->tags;
  if (auto added = add_tags(tags, request.tags(), wire::logs::errors::TooManyTagsException); !added)
    return pass(added);
  call.turn.modify(call.turn.state.log_groups, (*group)->key(),
                   [&](core::logs::LogGroup& changed) { changed.tags = std::move(tags); });
  return wire::Value::object();
}

}  // namespace slipway::services::logs
