#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "wire/shape.hpp"
#include "wire/value.hpp"

// Scalars as text, as headers, queries and XML carry them.
namespace slipway::wire {

void append_integer(std::string& out, std::int64_t value);
// The shortest text that reads back as the same number; NaN, Infinity and -Infinity by name.
void append_number(std::string& out, double value);
std::optional<std::int64_t> parse_integer(std::string_view text);
std::optional<double> parse_number(std::string_view text);

// Length of the well-formed UTF-8 sequence at `at`, or 0.
std::size_t utf8_sequence(const char* at, const char* end);

// `format` must not be by_protocol. Epoch seconds have a fraction only where there are milliseconds.
void append_timestamp(std::string& out, Instant time, TimestampFormat format);
// Takes any of the three forms, whatever the model says: clients differ. Years 1 to 9999.
std::optional<Instant> parse_timestamp(std::string_view text);
std::optional<Instant> timestamp_from_seconds(double seconds);

// A scalar of `shape` as text and back: "true", "12", base64, timestamps in the member's format or else
// in `by_protocol`. Nothing when the text is not of that type.
void append_scalar(std::string& out, const Member& member, const Value& value, TimestampFormat by_protocol);
std::optional<Value> parse_scalar(const Shape& shape, std::string_view text);

// The member that `key` names. Members mostly come in the order in which the last ones did: `hint` is
// where to look first, and moves on.
const Member* member_after(const Shape& shape, std::string_view key, std::size_t& hint);
const Member* wire_member_after(const Shape& shape, std::string_view key, std::size_t& hint);

}  // namespace slipway::wire
