#pragma once

#include <array>
#include <cstdint>
#include <string_view>

// SHA-256 and HMAC-SHA-256 (FIPS 180-4, RFC 2104) without OpenSSL's set-up cost per call.
namespace slipway::auth {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view bytes);
Digest hmac_sha256(std::string_view key, std::string_view bytes);

inline std::string_view view(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// Lower-case hex without an allocation.
std::array<char, 64> hex_of(const Digest&);

}  // namespace slipway::auth
