#include "auth/access_key.hpp"

namespace slipway::auth {
namespace {

constexpr std::string_view id_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view secret_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

AccessKeyPair new_pair(Random& random, std::string_view prefix) {
  AccessKeyPair pair;
  pair.access_key_id = std::string(prefix) + random_text(random, id_alphabet, 16);
  pair.secret_access_key = random_text(random, secret_alphabet, 40);
  return pair;
}

}  // namespace

AccessKeyPair new_access_key(Random& random) {
  return new_pair(random, "AKIA");
}
AccessKeyPair new_session_key(Random& random) {
  return new_pair(random, "ASIA");
}

std::string new_unique_id(Random& random, std::string_view prefix) {
  return std::string(prefix) + random_text(random, id_alphabet, 17);
}

}  // namespace slipway::auth
