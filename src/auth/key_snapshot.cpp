#include "auth/key_snapshot.hpp"

namespace slipway::auth {

KeySnapshot::KeySnapshot(std::unordered_map<std::string, AccessKey> keys, SessionSealer sessions)
    : keys_(std::move(keys)), sessions_(std::move(sessions)) {}

const AccessKey* KeySnapshot::find(const std::string& access_key_id) const {
  const auto found = keys_.find(access_key_id);
  return found == keys_.end() ? nullptr : &found->second;
}

// A mutex, not std::atomic<std::shared_ptr>: libstdc++ 12's is a spin lock inside as well, and one that
// ThreadSanitizer cannot follow.
std::shared_ptr<const KeySnapshot> KeyRing::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void KeyRing::replace(std::shared_ptr<const KeySnapshot> next) {
  {
    const std::lock_guard lock(mutex_);
    current_.swap(next);
  }
  // `next`, now the old one, may be freed here: outside the lock.
}

AuthResult<Principal> authenticate(const KeySnapshot& snapshot, const SignedRequest& request,
                                   const Claim& claim, Instant now) {
  if (!claim.session_token.empty()) {
    auto session = snapshot.sessions().open(claim.session_token, now);
    if (!session) return std::unexpected(std::move(session.error()));
    if (session->principal.access_key_id != claim.credential.access_key_id)
      return std::unexpected(AuthError{AuthFailure::invalid_token, {}});
    if (auto good = verify(request, claim, session->secret_access_key, now); !good)
      return std::unexpected(std::move(good.error()));
    return std::move(session->principal);
  }
  const AccessKey* key = snapshot.find(std::string(claim.credential.access_key_id));
  if (!key || !key->active) return std::unexpected(AuthError{AuthFailure::unknown_key, {}});
  if (auto good = verify(request, claim, key->secret, now); !good)
    return std::unexpected(std::move(good.error()));
  return key->principal;
}

AuthResult<Principal> authenticate(const KeySnapshot& snapshot, const SignedRequest& request, Instant now) {
  auto claim = parse_claim(request);
  if (!claim) return std::unexpected(std::move(claim.error()));
  return authenticate(snapshot, request, *claim, now);
}

}  // namespace slipway::auth
