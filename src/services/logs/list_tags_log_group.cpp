#include "services/logs/lookup.hpp"
#include "services/logs/table.hpp"
#include "services/logs/tags.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {

Result<wire::Value> list_tags_log_group(Call& call) {
  const wire::logs::ListTagsLogGroupRequest request(call.input);
  auto group = find_group(call, request.log_group_name());
  if (!group) return pass(group);
  wire::logs::ListTagsLogGroupResponse response;
  response.set_tags(tags_on_the_wire((*group)->tags));
  return std::move(response).raw();
}

}  // namespace slipway::services::logs
