#include "services/iam/entity.hpp"
#include "services/iam/pager.hpp"
#include "services/iam/table.hpp"
#include "services/iam/views.hpp"

namespace slipway::services::iam {

Result<wire::Value> list_access_keys(Call& call) {
  const wire::iam::ListAccessKeysRequest request(call.input);
  auto holder = find_key_holder(call, request.user_name());
  if (!holder) return pass(holder);
  auto pager = Pager::open(call, request, *holder);
  if (!pager) return pass(pager);
  wire::iam::ListAccessKeysResponse response;
  wire::ListOf<wire::iam::AccessKeyMetadata> page;
  const auto& table = call.turn.state.access_keys;
  for (const std::string& row : table.with("user", core::iam::User::key_of(call.realm.account, *holder))) {
    if (pager->skips(row)) continue;
    if (!pager->admits(row)) break;
    const core::iam::AccessKey& key = *table.find(row);
    wire::iam::AccessKeyMetadata view;
    if (!holder->empty()) view.set_user_name(*holder);
    view.set_access_key_id(key.id).set_status(status_of(key)).set_create_date(whole_seconds(key.created_at));
    page.push_back(std::move(view));
  }
  response.set_access_key_metadata(std::move(page));
  pager->close(response);
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
