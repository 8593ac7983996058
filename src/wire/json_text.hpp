#pragma once

#include <string>
#include <string_view>

#include "base/limits.hpp"
#include "base/result.hpp"
#include "wire/value.hpp"

namespace slipway::wire {

// JSON without a shape (RFC 8259): policies, agent frames, stored documents. Numbers without fraction and
// exponent that fit 64 bits are integers, others numbers; null is an absent value that keeps its entry;
// of repeated keys the last counts. Refuses more than limits::wire_depth levels, limits::wire_members
// values, invalid UTF-8 and anything after the document. Error: SerializationException, its message ends
// in "at byte N".
Result<Value> parse_json(std::string_view text, std::size_t max_bytes = limits::wire_string_bytes * 2);

// Compact. Blobs are base64, instants epoch seconds with milliseconds, NaN and infinities strings.
std::string write_json(const Value& value);
void append_json(std::string& out, const Value& value);
void append_json_string(std::string& out, std::string_view text);  // with the quotes

// For people: two spaces per level.
std::string write_json_pretty(const Value& value);

}  // namespace slipway::wire
