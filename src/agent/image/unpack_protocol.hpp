#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/image/unpack.hpp"

// The line that the unpacking child says at its end:
//   ok sha256:<hex> <bytes> <entries>
//   error <code> <message>
namespace slipway::agent {

std::string format_unpack_message(const Result<Unpacked>&);
// Nothing where the line is not whole.
std::optional<Result<Unpacked>> parse_unpack_message(std::string_view);

}  // namespace slipway::agent
