#pragma once

#include <string>
#include <string_view>

#include "services/common/kms_key.hpp"
#include "wire/gen/kms.hpp"

// Finding keys by what a request says, what a key looks like in an answer, and the errors about both.
namespace slipway::services::kms {

using core::kms::Key;
using core::kms::KeyState;

// Never nullptr: NotFoundException or InvalidArnException instead. Aliases are refused.
Result<const Key*> find_key(Call& call, std::string_view key_id);
// … and a key of the customer's: what AWS manages is changed by AWS alone (AccessDeniedException).
Result<const Key*> find_customer_key(Call& call, std::string_view key_id);
// … which is not pending deletion (KMSInvalidStateException).
Result<const Key*> find_living_key(Call& call, std::string_view key_id);

std::unexpected<Error> invalid(std::string message);      // ValidationException
std::unexpected<Error> unsupported(std::string message);  // UnsupportedOperationException
std::unexpected<Error> pending_deletion(const Key& key);

std::string_view state_name(KeyState state);
wire::kms::KeyMetadata metadata_view(const Key& key);
std::string default_policy(const Realm& realm);
// MalformedPolicyDocumentException, LimitExceededException.
Result<> check_policy(std::string_view document);

}  // namespace slipway::services::kms
