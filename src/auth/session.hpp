#pragma once

#include <string>
#include <string_view>

#include "auth/auth_error.hpp"
#include "auth/principal.hpp"
#include "auth/sealer.hpp"
#include "auth/sign.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace slipway::auth {

// Session tokens are the session: sealed into the token that the client sends with each call, so minting one
// writes no row and a node or a restarted server checks it alone. What can end a session early (role deleted
// or its older sessions revoked, task over) is known to the state and judged in the turn by
// `principal.issued`, `.role_id` and `.task_arn`.
//
// Token: base64url of version byte 1 | Sealer form of the fields (tag byte, 16-bit length, bytes)*, the
// version byte being the associated data. At most limits::session_token_bytes long.
struct Session {
  Principal principal;  // access_key_id, issued and expires set
  std::string secret_access_key;
};

class SessionSealer {
 public:
  // `root` is the key file's sealer; tokens get a key derived from it.
  explicit SessionSealer(const Sealer& root);

  // A fresh key for `principal` (whose issued and expires say how long; its access_key_id is filled in) and
  // its token. Error: PackedPolicyTooLarge, when the token would grow past its limit.
  Result<Credentials> mint(Random&, Principal principal) const;

  // The session inside a token. Errors: invalid_token, expired_token.
  AuthResult<Session> open(std::string_view token, Instant now) const;

 private:
  Sealer sealer_;
};

}  // namespace slipway::auth
