#include <algorithm>

#include "http/websocket_impl.hpp"

namespace slipway::http {

Result<> check_upgrade(const Request& request) {
  const Headers& headers = request.headers;
  if (request.method != "GET" || !headers.has_token("Upgrade", "websocket") ||
      !headers.has_token("Connection", "upgrade") || headers.count("Sec-WebSocket-Key") != 1)
    return fail("InvalidWebSocketRequest", "This is no WebSocket handshake.", 400);
  if (headers.get("Sec-WebSocket-Version") != "13")
    return fail("InvalidWebSocketRequest", "Only WebSocket version 13 is spoken.", 426);
  return {};
}

// Beast writes what it is given, and throws beyond 64 KiB.
Result<> check_fields(const Headers& headers) {
  constexpr std::size_t field_bytes = limits::http_header_bytes / 2;
  auto control = [](char c) { return (std::uint8_t(c) < 0x20 && c != '\t') || c == 0x7f; };
  for (const Headers::Field& field : headers)
    if (field.name.empty() || field.name.size() + field.value.size() > field_bytes ||
        std::ranges::any_of(field.name, control) || std::ranges::any_of(field.value, control))
      return fail("InvalidHeader",
                  "A header field cannot be sent: '" + std::string(field.name.substr(0, 64)) + "'.");
  return {};
}

}  // namespace slipway::http
