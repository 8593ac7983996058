#include "services/kms/alias.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> create_alias(Call& call) {
  const wire::kms::CreateAliasRequest request(call.input);
  auto& aliases = call.turn.state.kms_aliases;
  if (auto valid = check_alias_name(request.alias_name()); !valid) return pass(valid);
  auto key = find_target(call, request.target_key_id());
  if (!key) return pass(key);
  core::kms::Alias alias{.realm = call.realm,
                         .name = std::string(request.alias_name()),
                         .key_id = (*key)->id,
                         .created_at = call.now(),
                         .updated_at = call.now(),
                         .unknown = {}};
  if (aliases.find(alias.key()))
    return fail("AlreadyExistsException", "An alias with the name " + alias.arn() + " already exists");
  if (auto room = check_room_for_alias(call, **key); !room) return pass(room);
  call.turn.put(aliases, std::move(alias));
  return wire::Value::object();
}

}  // namespace slipway::services::kms
