#pragma once

#include "auth/auth_error.hpp"
#include "wire/shape.hpp"

namespace slipway::services {

// In whose words a protocol's services refuse a signature.
auth::ErrorStyle error_style(wire::Protocol protocol);

}  // namespace slipway::services
