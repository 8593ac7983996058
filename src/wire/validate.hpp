#pragma once

#include <string_view>

#include "base/result.hpp"
#include "wire/shape.hpp"
#include "wire/value.hpp"

namespace slipway::wire {

// Checks an input against its shape: required members, lengths, ranges and enums (not patterns). The
// error has AWS's generic words, which most services share:
//   2 validation errors detected: Value 'x' at 'tags.1.member.key' failed to satisfy constraint: Member
//   must have length less than or equal to 128; Value null at 'userName' failed to satisfy constraint: …
// Members are named with a small first letter, values of sensitive shapes are left out, of the errors the
// first ten are told. `code` is the service's: Service::validation_code.
Result<> validate(const Shape& shape, const Value& input, std::string_view code = "ValidationException");

}  // namespace slipway::wire
