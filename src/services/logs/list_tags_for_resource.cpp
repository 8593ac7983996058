#include "services/logs/lookup.hpp"
#include "services/logs/table.hpp"
#include "services/logs/tags.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {

Result<wire::Value> list_tags_for_resource(Call& call) {
  const wire::logs::ListTagsForResourceRequest request(call.input);
  auto group = find_group_by_arn(call, request.resource_arn());
  if (!group) return pass(group);
  wire::logs::ListTagsForResourceResponse response;
  response.set_tags(tags_on_the_wire((*group)->tags));
  return std::move(response).raw();
}

}  // namespace slipway::services::logs
