#include "services/kms/pager.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> list_keys(Call& call) {
  const wire::kms::ListKeysRequest request(call.input);
  auto pager = Pager::open(call, request, 100);
  if (!pager) return pass(pager);
  wire::kms::ListKeysResponse response;
  response.set_keys({});
  call.turn.state.kms_keys.scan(call.realm.prefix(), pager->after(), [&](const Key& key) {
    if (!pager->admits(key.key())) return false;
    response.add_keys(wire::kms::KeyListEntry().set_key_id(key.id).set_key_arn(key.arn()));
    return true;
  });
  pager->close(response);
  return std::move(response).raw();
}

}  // namespace slipway::services::kms
