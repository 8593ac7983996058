#pragma once

#include <map>
#include <string>

#include "base/result.hpp"
#include "wire/view.hpp"

namespace slipway::services::logs {

using Tags = std::map<std::string, std::string>;

// Adds or replaces tags; an error leaves them as they were. InvalidParameterException for a key or value that
// AWS refuses, `too_many_code` for more than limits::log_group_tags.
Result<> add_tags(Tags& tags, const wire::MapOf<std::string_view>& added,
                  std::string_view too_many_code = "InvalidParameterException");
void remove_tags(Tags& tags, const wire::ListOf<std::string_view>& keys);
wire::MapOf<std::string_view> tags_on_the_wire(const Tags& tags);

}  // namespace slipway::services::logs
