#pragma once

#include "core/turn.hpp"

namespace slipway::services::ssm {

// Erases a parameter and all its versions.
void erase_parameter(core::Turn& turn, const core::ssm::Parameter& parameter);

}  // namespace slipway::services::ssm
