#pragma once

#include <optional>
#include <string>

#include "services/common/call.hpp"

// ClientToken: a call that is repeated within a day makes nothing twice (EC2 API reference, "Ensuring
// idempotency").
namespace slipway::services::ec2 {

// The id of what the same call made before. Error: IdempotentParameterMismatch.
Result<std::optional<std::string>> made_before(const Call& call);
void remember_made(Call& call, std::string_view id);

}  // namespace slipway::services::ec2
