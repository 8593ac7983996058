#include "services/iam/entity.hpp"
#include "services/iam/errors.hpp"
#include "services/iam/table.hpp"
#include "wire/gen/iam.hpp"

namespace slipway::services::iam {

Result<wire::Value> update_access_key(Call& call) {
  const wire::iam::UpdateAccessKeyRequest request(call.input);
  if (request.status() != "Active" &&
      request.status() != "Inactive")  // the model has "Expired", which IAM sets
    return validation_error("1 validation error detected: Value '" + std::string(request.status()) +
                            "' at 'status' failed to satisfy constraint: Member must satisfy enum value set: "
                            "[Active, Inactive]");
  auto key = find_access_key(call, request.user_name(), request.access_key_id());
  if (!key) return pass(key);
  const bool active = request.status() == "Active";
  if ((*key)->active == active) return wire::Value::object();
  call.turn.modify(call.turn.state.access_keys, (*key)->key(),
                   [&](core::iam::AccessKey& changed) { changed.active = active; });
  call.turn.emit(core::KeysChanged{});
  return wire::Value::object();
}

}  // namespace slipway::services::iam
