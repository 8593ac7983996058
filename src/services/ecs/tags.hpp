#pragma once

#include <map>
#include <string>

#include "base/result.hpp"
#include "wire/gen/ecs.hpp"

namespace slipway::services::ecs {

using Tags = std::map<std::string, std::string>;

// Puts tags over those that are there: keys 1–128 characters, values up to 256, no "aws:" prefix, at most 50
// in all (ECS developer guide, "Tag restrictions").
Result<> merge_tags(Tags& tags, wire::ListOf<wire::ecs::Tag> given);
wire::ListOf<wire::ecs::Tag> tag_list(const Tags& tags);

}  // namespace slipway::services::ecs
