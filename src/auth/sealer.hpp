#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"

namespace slipway::auth {

using SealKey = std::array<std::byte, 32>;

// AES-256-GCM (NIST SP 800-38D) under one key: IAM secrets at rest and session tokens. Sealed form:
// nonce (12 bytes, random) | ciphertext | tag (16 bytes). Safe to use from several threads.
class Sealer {
 public:
  explicit Sealer(const SealKey& key) : key_(key) {}
  ~Sealer();
  Sealer(const Sealer&) = default;
  Sealer& operator=(const Sealer&) = default;

  // `associated` is not kept in the sealed form: open() must be given the same, so that a sealed value cannot
  // be moved to another place (row key, purpose).
  std::string seal(Random&, std::string_view plain, std::string_view associated) const;
  // Nothing if it was not sealed by this key with this `associated`, or was changed.
  std::optional<std::string> open(std::string_view sealed, std::string_view associated) const;

  // A sealer with a key of its own for one purpose ("session tokens"), derived from this one.
  Sealer derived(std::string_view purpose) const;

 private:
  SealKey key_;
};

}  // namespace slipway::auth
