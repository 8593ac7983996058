#pragma once

#include <map>
#include <string>

#include "base/result.hpp"
#include "wire/gen/ec2.hpp"

// Tags of EC2's resources (EC2 user guide, "Tag restrictions").
namespace slipway::services::ec2 {

using Tags = std::map<std::string, std::string>;

// Errors: InvalidParameterValue (keys and values), TagLimitExceeded.
Result<Tags> read_tags(const wire::ListOf<wire::ec2::Tag>& tags);
// `more` put over `tags`. Error: TagLimitExceeded.
Result<> add_tags(Tags& tags, const Tags& more);
// What a creation asks for; the specifications may be for `resource_type` only ("vpc"). Errors:
// InvalidParameterValue, TagLimitExceeded.
Result<Tags> tags_for(const wire::ListOf<wire::ec2::TagSpecification>& specifications,
                      std::string_view resource_type);

}  // namespace slipway::services::ec2
