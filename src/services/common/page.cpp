#include "services/common/page.hpp"

#include "auth/digest.hpp"
#include "base/encoding.hpp"

namespace slipway::services {
namespace {

constexpr std::size_t digest_bytes = 8;

std::string digest_of(std::string_view question) {
  return std::string(auth::view(auth::sha256(question)).substr(0, digest_bytes));
}

}  // namespace

std::string page_token(std::string_view last_key, std::string_view question) {
  return base64url(digest_of(question).append(last_key));
}

std::optional<std::string> open_page_token(std::string_view token, std::string_view question) {
  auto bytes = unbase64url(token);
  if (!bytes || bytes->size() < digest_bytes || !bytes->starts_with(digest_of(question))) return std::nullopt;
  return bytes->substr(digest_bytes);
}

}  // namespace slipway::services
