#pragma once

#include "http/stream.hpp"
#include "http/websocket.hpp"

namespace slipway::http {

// Within http/: how WebSockets come about.

// Answers a valid upgrade request on `stream`; `rest` is what the peer has sent behind it already.
Task<Result<std::shared_ptr<WebSocket::Impl>>> accept_websocket(std::unique_ptr<Stream> stream,
                                                                std::string rest, const Request& request,
                                                                WebSocketOptions options);

// "InvalidWebSocketRequest" unless RFC 6455 §4.2.1 holds for `request`.
Result<> check_upgrade(const Request& request);

// "InvalidHeader" for fields that no head can carry: control characters, or too long for one field.
Result<> check_fields(const Headers& headers);

void close_going_away(std::shared_ptr<WebSocket::Impl> impl);
void abort_websocket(WebSocket::Impl& impl);

}  // namespace slipway::http
