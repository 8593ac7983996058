#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/access_key.hpp"
#include "base/result.hpp"
#include "core/turn.hpp"
#include "services/common/call.hpp"

namespace slipway::services::iam {

inline constexpr std::string_view administrator_name = "admin";
inline constexpr std::string_view administrator_access = "arn:aws:iam::aws:policy/AdministratorAccess";

struct AccountKeys {
  // The administrator's oldest active key. Nothing where an operator has since deleted the user or its keys,
  // or where its secret does not open.
  std::optional<auth::AccessKeyPair> administrator;
  std::optional<auth::AccessKeyPair> root;  // break-glass
};

// The first start's account: its row, the IAM user `admin` with AdministratorAccess and an access key, and an
// access key of the account's root. Later starts change nothing and give the same keys.
//
// `chosen` is a key that the operator wants the administrator to have (SLIPWAY_ACCESS_KEY_ID and
// SLIPWAY_SECRET_ACCESS_KEY). At a later start it takes the place of the administrator's oldest key; a user
// `admin` that is gone or has lost its policy is put back first: whoever chooses the key owns the data
// directory.
// Errors, for the operator: InvalidAccountId, InvalidAccessKey (form), AccessKeyInUse (somebody else has it).
Result<AccountKeys> bootstrap_account(core::Turn& turn, const Environment& environment,
                                      const std::string& account,
                                      const std::optional<auth::AccessKeyPair>& chosen);

}  // namespace slipway::services::iam
