#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "wire/protocol.hpp"
#include "wire/shape.hpp"
#include "wire/value.hpp"

namespace slipway::wire {

// A fixture's plain JSON as the Value that our codecs would give for `shape`: blobs, instants, NaN.
Value typed(const Shape& shape, const Value& json);

// A fixture's text under which failures are shown.
std::string shown(const Value& value);

// Tests of one case; each fails through GoogleTest's EXPECT macros.
void server_reads_request(const Value& suite, const Value& one);
void client_writes_request(const Value& suite, const Value& one);
void client_reads_response(const Value& suite, const Value& one);
void server_answer_reads_back(const Value& suite, const Value& one);

}  // namespace slipway::wire
