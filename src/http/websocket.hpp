#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/limits.hpp"
#include "base/result.hpp"
#include "http/client.hpp"
#include "http/message.hpp"
#include "http/task.hpp"
#include "http/url.hpp"

namespace slipway::http {

struct WebSocketOptions {
  std::size_t message_bytes = limits::websocket_message_bytes;      // larger: closed with 1009
  std::size_t queued_messages = limits::websocket_queued_messages;  // sends wait beyond
  // Without a frame for this long the connection counts as dead; pings go out at half of it. 0: never.
  std::int64_t idle_timeout_ms = limits::http_idle_timeout_ms;
};

// One end of RFC 6455, without extensions. Pings are answered while somebody receives. Used on one loop.
// One receiver at a time; any number of senders. Dropping the last handle cuts the connection.
class WebSocket {
 public:
  // The next message. Nothing: closed in order, or the connection is gone (close_code() tells 1006 then).
  // Errors: "MessageTooLarge", "InvalidWebSocketFrame"; the socket is closed behind them.
  Task<Result<std::optional<std::string>>> receive();
  // Of the message received last: text (UTF-8, checked) or binary.
  bool received_text() const;

  // Queues a message; they leave in order. Waits while the queue is full. "ConnectionClosed" once closed.
  Task<Result<>> send_text(std::string message);
  Task<Result<>> send_binary(std::string message);

  // Sends what is queued, then the closing handshake, each bounded in time. Idempotent. A receiver that waits
  // gets nothing. `reason` is cut to 123 bytes.
  Task<void> close(std::uint16_t code = 1000, std::string reason = {});
  // Cuts the connection without a word.
  void abort();

  // What the peer's Close frame said: 1005 without a code, 1006 without a frame, 0 while open.
  std::uint16_t close_code() const;
  std::string close_reason() const;

  class Impl;
  explicit WebSocket(std::shared_ptr<Impl> impl);
  WebSocket(WebSocket&&) noexcept;
  WebSocket& operator=(WebSocket&&) noexcept;
  ~WebSocket();

 private:
  std::shared_ptr<Impl> impl_;
};

// The answer to a client's handshake: the socket, or the server's refusal with its status and body.
struct WebSocketAnswer {
  std::optional<WebSocket> socket;
  Response response;
};

// ws:// or wss:// (http:// and https:// mean the same). `headers` are sent besides those of the handshake.
// Uses what `options` says of dialer, TLS and connect timeout. Errors as Client::send, and
// "InvalidHeader"; a refusal is no error.
Task<Result<WebSocketAnswer>> connect_websocket(Url url, Headers headers, ClientOptions options = {},
                                                WebSocketOptions socket_options = {}, Cancel cancel = {});

}  // namespace slipway::http
