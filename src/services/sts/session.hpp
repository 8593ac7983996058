#pragma once

#include <string>
#include <string_view>

#include "services/common/call.hpp"
#include "wire/gen/sts.hpp"

// What the operations that hand out sessions share.
namespace slipway::services::sts {

// Mints the session of `principal`, which ends `duration_s` from now, on a whole second. Sessions are sealed
// tokens: nothing is written. Error: PackedPolicyTooLarge.
Result<wire::sts::Credentials> mint_session(Call& call, auth::Principal principal, std::int64_t duration_s);

// Refuses a call that shows a second factor: no user has one. Error: AccessDenied.
Result<> refuse_second_factor(std::string_view serial_number, std::string_view token_code);

}  // namespace slipway::services::sts
