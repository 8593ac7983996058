#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace slipway {

std::string hex(std::string_view bytes);
std::optional<std::string> unhex(std::string_view text);

// RFC 4648 §4, with padding. Decoding refuses anything else (line breaks, missing padding).
std::string base64(std::string_view bytes);
std::optional<std::string> unbase64(std::string_view text);
// RFC 4648 §5, without padding: tokens that travel in URLs and headers.
std::string base64url(std::string_view bytes);
std::optional<std::string> unbase64url(std::string_view text);

// RFC 3986 percent-encoding of everything but unreserved characters; `keep_slash` leaves '/' as it is (SigV4
// paths).
std::string percent_encode(std::string_view text, bool keep_slash = false);
// Nothing for a broken escape. `plus_is_space`: form bodies and queries.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

// True for well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates.
bool is_utf8(std::string_view text);

}  // namespace slipway
