#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace slipway::http {

// An absolute URL of RFC 3986 with scheme http, https, ws or wss.
struct Url {
  std::string scheme;      // lower case
  std::string host;        // lower case; an IPv6 address without its brackets
  std::uint16_t port = 0;  // the scheme's own where the text names none
  std::string path;        // as written, at least "/"
  std::string query;       // as written, without '?'

  bool tls() const { return scheme == "https" || scheme == "wss"; }
  // What a request line holds: "/path?query".
  std::string target() const;
  // What a Host header holds: "example.com", "[::1]:8080"; the scheme's own port is left out.
  std::string authority() const;
  std::string text() const;

  bool operator==(const Url&) const = default;
};

// "InvalidUrl" for anything else, user names and control characters included. A fragment is dropped.
Result<Url> parse_url(std::string_view text);

// An IPv6 address in brackets, anything else as it is.
std::string bracketed(std::string_view host);

}  // namespace slipway::http
