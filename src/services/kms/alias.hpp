#pragma once

#include <string_view>

#include "services/kms/lookup.hpp"

namespace slipway::services::kms {

// "alias/…", and not one of AWS's own. Errors: ValidationException, InvalidAliasNameException,
// NotAuthorizedException.
Result<> check_alias_name(std::string_view name);
// An alias of the customer's. Never nullptr: the errors above, or NotFoundException.
Result<const core::kms::Alias*> find_alias(const Call& call, std::string_view name);
// The key that an alias may point to: by id or ARN, not AWS managed, not pending deletion.
Result<const Key*> find_target(Call& call, std::string_view key_id);
// LimitExceededException for more than limits::kms_aliases_per_key.
Result<> check_room_for_alias(const Call& call, const Key& key);

}  // namespace slipway::services::kms
