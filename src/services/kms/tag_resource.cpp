#include "services/kms/table.hpp"
#include "services/kms/tags.hpp"

namespace slipway::services::kms {

Result<wire::Value> tag_resource(Call& call) {
  const wire::kms::TagResourceRequest request(call.input);
  auto key = find_living_key(call, request.key_id());
  if (!key) return pass(key);
  auto tags = with_tags((*key)->tags, request.tags());
  if (!tags) return pass(tags);
  call.turn.modify(call.turn.state.kms_keys, (*key)->key(),
                   [&](Key& changed) { changed.tags = std::move(*tags); });
  return wire::Value::object();
}

}  // namespace slipway::services::kms
