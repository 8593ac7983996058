#include "services/kms/lookup.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> untag_resource(Call& call) {
  const wire::kms::UntagResourceRequest request(call.input);
  auto key = find_living_key(call, request.key_id());
  if (!key) return pass(key);
  call.turn.modify(call.turn.state.kms_keys, (*key)->key(), [&](Key& changed) {
    for (const std::string_view name : request.tag_keys()) changed.tags.erase(std::string(name));
  });
  return wire::Value::object();
}

}  // namespace slipway::services::kms
