#include "services/kms/pager.hpp"
#include "services/kms/table.hpp"

namespace slipway::services::kms {

Result<wire::Value> list_aliases(Call& call) {
  const wire::kms::ListAliasesRequest request(call.input);
  std::string key_id;
  if (request.has_key_id()) {
    auto key = find_key(call, request.key_id());
    if (!key) return pass(key);
    key_id = (*key)->id;
  }
  auto pager = Pager::open(call, request, 50, key_id);
  if (!pager) return pass(pager);
  wire::kms::ListAliasesResponse response;
  response.set_aliases({});
  call.turn.state.kms_aliases.scan(
      call.realm.prefix(), pager->after(), [&](const core::kms::Alias& alias) {
        if (!key_id.empty() && alias.key_id != key_id) return true;
        if (!pager->admits(alias.key())) return false;
        response.add_aliases(wire::kms::AliasListEntry()
                                 .set_alias_name(alias.name)
                                 .set_alias_arn(alias.arn())
                                 .set_target_key_id(alias.key_id)
                                 .set_creation_date(alias.created_at)
                                 .set_last_updated_date(alias.updated_at));
        return true;
      });
  pager->close(response);
  return std::move(response).raw();
}

}  // namespace slipway::services::kms
