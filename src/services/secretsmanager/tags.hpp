#pragma once

#include <map>
#include <string>

#include "services/secretsmanager/lookup.hpp"
#include "wire/gen/secretsmanager.hpp"

namespace slipway::services::secretsmanager {

using Tags = std::map<std::string, std::string>;

// The tags with these added or replaced. Error: InvalidParameterException.
Result<Tags> with_tags(Tags held, const wire::ListOf<wire::secretsmanager::Tag>& added);
wire::ListOf<wire::secretsmanager::Tag> tags_view(const Tags& tags);

}  // namespace slipway::services::secretsmanager
