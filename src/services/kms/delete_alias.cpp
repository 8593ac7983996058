#include "services/kms/alias.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> delete_alias(Call& call) {
  const wire::kms::DeleteAliasRequest request(call.input);
  auto alias = find_alias(call, request.alias_name());
  if (!alias) return pass(alias);
  call.turn.erase(call.turn.state.kms_aliases, (*alias)->key());
  return wire::Value::object();
}

}  // namespace slipway::services::kms
