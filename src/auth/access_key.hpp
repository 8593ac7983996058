#pragma once

#include <string>
#include <string_view>

#include "base/random.hpp"

namespace slipway::auth {

struct AccessKeyPair {
  std::string access_key_id;      // 20 characters
  std::string secret_access_key;  // 40 characters of base64's alphabet
};

// "AKIA…": a user's or root's long-term key. Ids follow AWS IAM guide, "Unique identifiers".
AccessKeyPair new_access_key(Random&);
// "ASIA…": a session's.
AccessKeyPair new_session_key(Random&);
// Prefix ("AIDA" user, "AROA" role, "AGPA" group …) and 17 of [A-Z2-7], as IAM's unique ids look.
std::string new_unique_id(Random&, std::string_view prefix);

}  // namespace slipway::auth
