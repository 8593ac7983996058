#include "services/logs/lookup.hpp"
#include "services/logs/table.hpp"
#include "services/logs/tags.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {

Result<wire::Value> tag_log_group(Call& call) {
  const wire::logs::TagLogGroupRequest request(call.input);
  auto group = find_group(call, request.log_group_name());
  if (!group) return pass(group);
  Tags tags = (*group)->tags;
  if (auto added = add_tags(tags, request.tags()); !added) return pass(added);
  call.turn.modify(call.turn.state.log_groups, (*group)->key(),
                   [&](core::logs::LogGroup& changed) { changed.tags = std::move(tags); });
  return wire::Value::object();
}

}  // namespace slipway::services::logs
