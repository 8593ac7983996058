#include "services/sts/session.hpp"

namespace slipway::services::sts {

Result<wire::sts::Credentials> mint_session(Call& call, auth::Principal principal, std::int64_t duration_s) {
  // AWS tells the end in whole seconds; what is told is when it ends.
  constexpr std::int64_t second_ms = 1'000;
  principal.issued = call.now();
  principal.expires = Instant{(call.now().ms / second_ms + duration_s) * second_ms};
  const Instant expires = principal.expires;
  auto minted = call.environment.sessions.mint(call.turn.random, std::move(principal));
  if (!minted) return pass(minted);
  wire::sts::Credentials credentials;
  credentials.set_access_key_id(minted->access_key_id)
      .set_secret_access_key(minted->secret_access_key)
      .set_session_token(minted->session_token)
      .set_expiration(expires);
  return credentials;
}

Result<> refuse_second_factor(std::string_view serial_number, std::string_view token_code) {
  if (serial_number.empty() && token_code.empty()) return {};
  return fail("AccessDenied",
              "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial "
              "number is valid and associated with this user.",
              403);
}

}  // namespace slipway::services::sts
