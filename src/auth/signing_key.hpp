#pragma once

#include <string_view>

#include "auth/digest.hpp"
#include "auth/sigv4.hpp"

namespace slipway::auth {

// The key that signs for one day, region and service: four chained HMACs, remembered per thread for the last
// limits::signing_key_cache_entries scopes. A changed secret is noticed.
Digest signing_key(std::string_view secret, const CredentialScope&);

// HMAC of the string to sign under that key, as lower-case hex.
std::array<char, 64> signature_of(std::string_view secret, const CredentialScope&,
                                  std::string_view string_to_sign);

}  // namespace slipway::auth
