#include "services/iam/key_snapshot.hpp"

#include <unordered_map>

#include "base/log.hpp"
#include "services/iam/secret.hpp"

namespace slipway::services::iam {
namespace {

using auth::Principal;
using auth::PrincipalKind;

// Nothing for a key whose user is gone.
std::optional<Principal> holder_of(const core::State& state, const core::iam::AccessKey& key) {
  Principal holder;
  holder.account = key.account;
  holder.access_key_id = key.id;
  if (key.user_name.empty()) {
    holder.kind = PrincipalKind::root;
    holder.arn = "arn:aws:iam::" + key.account + ":root";
    holder.user_id = key.account;
    return holder;
  }
  const auto* user = state.users.find(core::iam::User::key_of(key.account, key.user_name));
  if (!user) return std::nullopt;
  holder.kind = PrincipalKind::user;
  holder.arn = user->arn();
  holder.user_id = user->id;
  return holder;
}

}  // namespace

std::shared_ptr<const auth::KeySnapshot> build_key_snapshot(const core::State& state,
                                                            const auth::Sealer& sealer,
                                                            const auth::SessionSealer& sessions) {
  std::unordered_map<std::string, auth::AccessKey> keys;
  keys.reserve(state.access_keys.size());
  for (const auto& [row, key] : state.access_keys.rows()) {
    auto holder = holder_of(state, *key);
    auto secret = open_secret(sealer, *key);
    if (!holder || !secret) {
      log::warn(holder ? "an access key's secret does not open with this data directory's key file"
                       : "an access key has no user",
                {{"access_key_id", key->id}, {"account", key->account}});
      continue;
    }
    keys.emplace(key->id, auth::AccessKey{std::move(*secret), std::move(*holder), key->active});
  }
  return std::make_shared<const auth::KeySnapshot>(std::move(keys), sessions);
}

}  // namespace slipway::services::iam
