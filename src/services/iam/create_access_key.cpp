#include "auth/access_key.hpp"
#include "base/limits.hpp"
#include "services/iam/entity.hpp"
#include "services/iam/errors.hpp"
#include "services/iam/secret.hpp"
#include "services/iam/table.hpp"
#include "services/iam/views.hpp"

namespace slipway::services::iam {

// The only time that the secret is shown.
Result<wire::Value> create_access_key(Call& call) {
  const wire::iam::CreateAccessKeyRequest request(call.input);
  auto holder = find_key_holder(call, request.user_name());
  if (!holder) return pass(holder);
  const std::string& account = call.realm.account;
  if (call.turn.state.access_keys.with("user", core::iam::User::key_of(account, *holder)).size() >=
      limits::access_keys_per_user)
    return over_quota("AccessKeysPerUser", limits::access_keys_per_user);

  const auth::AccessKeyPair pair = auth::new_access_key(call.turn.random);
  store_access_key(call.turn, call.environment.sealer, account, *holder, pair);
  wire::iam::AccessKey key;
  if (!holder->empty()) key.set_user_name(*holder);
  key.set_access_key_id(pair.access_key_id)
      .set_status("Active")
      .set_secret_access_key(pair.secret_access_key)
      .set_create_date(whole_seconds(call.now()));
  wire::iam::CreateAccessKeyResponse response;
  response.set_access_key(std::move(key));
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
