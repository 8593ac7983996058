#pragma once

#include <map>
#include <string>

#include "services/kms/lookup.hpp"

namespace slipway::services::kms {

using Tags = std::map<std::string, std::string>;

// The tags with these added or replaced. Errors: TagException, LimitExceededException.
Result<Tags> with_tags(Tags held, const wire::ListOf<wire::kms::Tag>& added);

}  // namespace slipway::services::kms
