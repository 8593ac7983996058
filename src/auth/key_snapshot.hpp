#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "auth/principal.hpp"
#include "auth/session.hpp"
#include "auth/sigv4.hpp"

namespace slipway::auth {

struct AccessKey {
  std::string secret;
  Principal principal;
  bool active = true;
};

// Every long-term key at one moment, unsealed. Immutable once built; shared by the I/O threads.
class KeySnapshot {
 public:
  KeySnapshot(std::unordered_map<std::string, AccessKey> keys, SessionSealer sessions);

  // Null when unknown.
  const AccessKey* find(const std::string& access_key_id) const;
  const SessionSealer& sessions() const { return sessions_; }

 private:
  std::unordered_map<std::string, AccessKey> keys_;
  SessionSealer sessions_;
};

// Where the turn puts a new snapshot and I/O threads take the current one. Thread-safe.
class KeyRing {
 public:
  explicit KeyRing(std::shared_ptr<const KeySnapshot> first) : current_(std::move(first)) {}

  std::shared_ptr<const KeySnapshot> current() const;
  void replace(std::shared_ptr<const KeySnapshot> next);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const KeySnapshot> current_;
};

// Who sent this request. Every failure of auth_error.hpp may come back.
AuthResult<Principal> authenticate(const KeySnapshot&, const SignedRequest&, const Claim&, Instant now);
AuthResult<Principal> authenticate(const KeySnapshot&, const SignedRequest&, Instant now);

}  // namespace slipway::auth
