#pragma once

#include "services/common/call.hpp"

namespace slipway::services::sts {

// Security Token Service (STS API reference, 2011-06-15).
const ServiceTable& table();

Result<wire::Value> assume_role(Call& call);
Result<wire::Value> get_caller_identity(Call& call);
Result<wire::Value> get_session_token(Call& call);

}  // namespace slipway::services::sts
