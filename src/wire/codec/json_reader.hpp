#pragma once

#include <string_view>

#include "base/result.hpp"
#include "wire/shape.hpp"
#include "wire/value.hpp"

namespace slipway::wire {

// Reads one JSON document. With a shape: by its wire names, members that travel elsewhere (headers, URI)
// and unknown ones are skipped. Without: any JSON, as json_text.hpp says. Error: SerializationException.
Result<Value> read_json(std::string_view text, const Shape* shape);

}  // namespace slipway::wire
