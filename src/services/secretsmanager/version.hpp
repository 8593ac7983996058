#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/secretsmanager/value.hpp"

// How versions come and their staging labels move (Secrets Manager guide, "What's in a secret").
namespace slipway::services::secretsmanager {

// A ClientRequestToken, or a new UUID where the caller gave none.
std::string version_id_of(Call& call, std::string_view token);

// Puts a version with these stages; none: AWSCURRENT. A secret's first version is AWSCURRENT in any case. Does
// nothing where the id was used with the same value before (idempotency). Errors: ResourceExistsException,
// InvalidParameterException, LimitExceededException, EncryptionFailure, DecryptionFailure.
Result<const SecretVersion*> put_version(Call& call, const Secret& secret, const std::string& version_id,
                                         const Value& value, std::vector<std::string> stages);

// Moves a stage to a version and off every other; whoever loses AWSCURRENT becomes AWSPREVIOUS.
void move_stage(Call& call, const Secret& secret, const std::string& stage, const std::string& version_id);
void remove_stage(Call& call, const SecretVersion& version, std::string_view stage);

// Erases a secret and all its versions.
void erase_secret(core::Turn& turn, const Secret& secret);

}  // namespace slipway::services::secretsmanager
