#include "services/kms/pager.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> list_resource_tags(Call& call) {
  const wire::kms::ListResourceTagsRequest request(call.input);
  auto key = find_key(call, request.key_id());
  if (!key) return pass(key);
  auto pager = Pager::open(call, request, 50, (*key)->id);
  if (!pager) return pass(pager);
  wire::kms::ListResourceTagsResponse response;
  response.set_tags({});
  for (const auto& [name, value] : (*key)->tags) {
    if (name <= pager->after()) continue;
    if (!pager->admits(name)) break;
    response.add_tags(wire::kms::Tag().set_tag_key(name).set_tag_value(value));
  }
  pager->close(response);
  return std::move(response).raw();
}

}  // namespace slipway::services::kms
