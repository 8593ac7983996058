#include "base/limits.hpp"
#include "services/sts/session.hpp"
#include "services/sts/table.hpp"

namespace slipway::services::sts {
namespace {

constexpr std::int64_t default_duration_s = 12 * 3'600;

}  // namespace

// A session of the user that calls, with all that the user may do.
Result<wire::Value> get_session_token(Call& call) {
  const wire::sts::GetSessionTokenRequest request(call.input);
  if (call.caller.is_session())
    return fail("AccessDenied", "Cannot call GetSessionToken with session credentials", 403);
  if (auto good = refuse_second_factor(request.serial_number(), request.token_code()); !good)
    return pass(good);

  std::int64_t duration_s = request.has_duration_seconds() ? request.duration_seconds() : default_duration_s;
  // For root AWS shortens a longer wish without a word (GetSessionToken, DurationSeconds).
  if (call.caller.kind == auth::PrincipalKind::root)
    duration_s = std::min(duration_s, limits::root_session_s);
  auto credentials = mint_session(call, call.caller, duration_s);
  if (!credentials) return pass(credentials);
  wire::sts::GetSessionTokenResponse response;
  response.set_credentials(std::move(*credentials));
  return std::move(response).raw();
}

}  // namespace slipway::services::sts
