#include "services/iam/entity.hpp"
#include "services/iam/table.hpp"
#include "wire/gen/iam.hpp"

namespace slipway::services::iam {

Result<wire::Value> delete_access_key(Call& call) {
  const wire::iam::DeleteAccessKeyRequest request(call.input);
  auto key = find_access_key(call, request.user_name(), request.access_key_id());
  if (!key) return pass(key);
  call.turn.erase(call.turn.state.access_keys, (*key)->key());
  call.turn.emit(core::KeysChanged{});
  return wire::Value::object();
}

}  // namespace slipway::services::iam
