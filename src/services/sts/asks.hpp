#pragma once

#include <span>

#include "services/common/asks.hpp"

namespace slipway::services::sts {

// AssumeRole is judged by the caller's policies and by the role's trust policy together.
std::span<const AskEntry> asks();

}  // namespace slipway::services::sts
