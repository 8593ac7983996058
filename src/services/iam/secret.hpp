#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/access_key.hpp"
#include "auth/sealer.hpp"
#include "core/turn.hpp"

// The one place where access keys are made and their secrets opened.
namespace slipway::services::iam {

// Puts the row of `pair`; the secret is sealed with the row's key as associated data, so that a secret copied
// into another row does not open. An empty `user_name` means the account's root. Emits core::KeysChanged.
void store_access_key(core::Turn& turn, const auth::Sealer& sealer, std::string_view account,
                      std::string_view user_name, const auth::AccessKeyPair& pair);

// Nothing when it was sealed under another key.
std::optional<std::string> open_secret(const auth::Sealer& sealer, const core::iam::AccessKey& key);

}  // namespace slipway::services::iam
