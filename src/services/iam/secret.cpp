#include "services/iam/secret.hpp"

namespace slipway::services::iam {

void store_access_key(core::Turn& turn, const auth::Sealer& sealer, std::string_view account,
                      std::string_view user_name, const auth::AccessKeyPair& pair) {
  core::iam::AccessKey key;
  key.account = account;
  key.id = pair.access_key_id;
  key.user_name = user_name;
  key.secret_sealed = sealer.seal(turn.random, pair.secret_access_key, key.key());
  key.active = true;
  key.created_at = turn.now();
  turn.put(turn.state.access_keys, std::move(key));
  turn.emit(core::KeysChanged{});
}

std::optional<std::string> open_secret(const auth::Sealer& sealer, const core::iam::AccessKey& key) {
  return sealer.open(key.secret_sealed, key.key());
}

}  // namespace slipway::services::iam
