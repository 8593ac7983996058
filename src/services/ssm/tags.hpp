#pragma once

#include <map>
#include <string>

#include "services/ssm/lookup.hpp"
#include "wire/gen/ssm.hpp"

namespace slipway::services::ssm {

using Tags = std::map<std::string, std::string>;

// The tags with these added or replaced. Errors: ValidationException, TooManyTagsError.
Result<Tags> with_tags(Tags held, const wire::ListOf<wire::ssm::Tag>& added);
// The parameter that a tag operation means. Errors: InvalidResourceType, InvalidResourceId.
Result<const Parameter*> find_tagged(const Call& call, std::string_view type, std::string_view id);

}  // namespace slipway::services::ssm
