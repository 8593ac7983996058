#include "services/iam/bootstrap.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "services/iam/secret.hpp"

namespace slipway::services::iam {
namespace {

using auth::AccessKeyPair;
using core::iam::AccessKey;
using core::iam::User;

constexpr std::size_t access_key_id_max = 128;  // IAM API, accessKeyIdType
constexpr std::size_t chosen_min = 4;           // as short as a developer's "test"

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

Result<> check_chosen(const core::State& state, const std::string& account, const AccessKeyPair& chosen) {
  const auto& [id, secret] = chosen;
  if (id.size() < chosen_min || id.size() > access_key_id_max || !std::ranges::all_of(id, is_word))
    return fail("InvalidAccessKey",
                "The chosen access key id must be 4 to 128 letters, digits or underscores.");
  if (secret.size() < chosen_min || secret.size() > access_key_id_max ||
      !std::ranges::all_of(secret, [](char c) { return c > ' ' && c <= '~'; }))
    return fail("InvalidAccessKey",
                "The chosen secret access key must be 4 to 128 characters of ASCII without spaces.");
  for (const auto& [row, key] : state.access_keys.rows())
    if (key->id == id && (key->account != account || key->user_name != administrator_name))
      return fail("AccessKeyInUse", "The chosen access key id " + id + " belongs to somebody else.");
  return {};
}

// Keys of one user (root: no name), oldest first.
std::vector<const AccessKey*> keys_of(const core::State& state, const std::string& account,
                                      std::string_view user_name) {
  std::vector<const AccessKey*> keys;
  for (const std::string& key : state.access_keys.with("user", User::key_of(account, user_name)))
    keys.push_back(state.access_keys.find(key));
  std::ranges::sort(keys, {}, [](const AccessKey* key) { return std::tie(key->created_at, key->id); });
  return keys;
}

std::optional<AccessKeyPair> oldest_active(const core::State& state, const auth::Sealer& sealer,
                                           const std::string& account, std::string_view user_name) {
  for (const AccessKey* key : keys_of(state, account, user_name))
    if (key->active)
      if (auto secret = open_secret(sealer, *key)) return AccessKeyPair{key->id, std::move(*secret)};
  return std::nullopt;
}

void ensure_administrator(core::Turn& turn, const std::string& account) {
  const std::string key = User::key_of(account, administrator_name);
  if (!turn.state.users.find(key)) {
    User admin;
    admin.account = account;
    admin.name = administrator_name;
    admin.id = auth::new_unique_id(turn.random, "AIDA");
    admin.path = "/";
    admin.created_at = turn.now();
    turn.put(turn.state.users, std::move(admin));
  }
  const auto& attached = turn.state.users.find(key)->attached_policy_arns;
  if (std::ranges::find(attached, administrator_access) == attached.end())
    turn.modify(turn.state.users, key,
                [](User& user) { user.attached_policy_arns.emplace_back(administrator_access); });
}

void give_chosen_key(core::Turn& turn, const auth::Sealer& sealer, const std::string& account,
                     const AccessKeyPair& chosen) {
  const auto keys = keys_of(turn.state, account, administrator_name);
  const auto same = std::ranges::find(keys, chosen.access_key_id, &AccessKey::id);
  if (same != keys.end()) {
    if ((*same)->active && open_secret(sealer, **same) == chosen.secret_access_key) return;
    store_access_key(turn, sealer, account, administrator_name, chosen);
    return;
  }
  if (!keys.empty()) turn.erase(turn.state.access_keys, keys.front()->key());
  store_access_key(turn, sealer, account, administrator_name, chosen);
}

}  // namespace

Result<AccountKeys> bootstrap_account(core::Turn& turn, const Environment& environment,
                                      const std::string& account,
                                      const std::optional<AccessKeyPair>& chosen) {
  if (account.size() != 12 || !std::ranges::all_of(account, [](char c) { return c >= '0' && c <= '9'; }))
    return fail("InvalidAccountId", "An account id has 12 digits; \"" + account + "\" has not.");
  if (chosen)
    if (auto good = check_chosen(turn.state, account, *chosen); !good) return pass(good);

  core::Account row{.id = account, .created_at = turn.now()};
  const bool first_start = !turn.state.accounts.find(row.key());
  if (first_start) {
    row.canonical_id = random_hex(turn.random, 64);
    turn.put(turn.state.accounts, std::move(row));
    store_access_key(turn, environment.sealer, account, "", auth::new_access_key(turn.random));
  }
  if (first_start || chosen) ensure_administrator(turn, account);
  if (chosen)
    give_chosen_key(turn, environment.sealer, account, *chosen);
  else if (first_start)
    store_access_key(turn, environment.sealer, account, administrator_name,
                     auth::new_access_key(turn.random));

  AccountKeys keys{oldest_active(turn.state, environment.sealer, account, administrator_name),
                   oldest_active(turn.state, environment.sealer, account, "")};
  if (chosen) keys.administrator = *chosen;
  return keys;
}

}  // namespace slipway::services::iam
