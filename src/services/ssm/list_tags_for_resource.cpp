#include "services/ssm/table.hpp"
#include "services/ssm/tags.hpp"

namespace slipway::services::ssm {

Result<wire::Value> list_tags_for_resource(Call& call) {
  const wire::ssm::ListTagsForResourceRequest request(call.input);
  auto parameter = find_tagged(call, request.resource_type(), request.resource_id());
  if (!parameter) return pass(parameter);
  wire::ssm::ListTagsForResourceResult result;
  result.set_tag_list({});
  for (const auto& [key, value] : (*parameter)->tags)
    result.add_tag_list(wire::ssm::Tag().set_key(key).set_value(value));
  return std::move(result).raw();
}

}  // namespace slipway::services::ssm
