#pragma once

#include <string>
#include <string_view>

#include "wire/shape.hpp"
#include "wire/value.hpp"

namespace slipway::wire {

// Appends `value` as JSON under the shape's wire names. Of a structure only members that travel in the
// body are written, absent ones and names that the shape does not know are left out.
void append_json(std::string& out, const Shape& shape, const Value& value);
// Only the members, without braces: "a":1,"b":2. Returns whether there was any.
bool append_json_members(std::string& out, const Shape& shape, const Value& value);

}  // namespace slipway::wire
