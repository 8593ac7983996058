#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "base/result.hpp"
#include "http/cancel.hpp"
#include "http/loop.hpp"
#include "http/message.hpp"
#include "http/tls.hpp"
#include "http/websocket.hpp"

namespace slipway::http {

class Connection;

// How a request's body reaches its handler.
struct BodyPolicy {
  std::size_t limit_bytes = limits::http_body_bytes;
  // true: the handler runs after the head and reads the body itself (Exchange::read_body).
  bool streamed = false;
};

struct ServerOptions {
  std::size_t header_bytes = limits::http_header_bytes;  // request line and fields; more: 431
  std::size_t connections = limits::http_connections;    // of all loops; more: 503 and closed
  std::size_t connections_per_peer = 0;  // of one address and listener label; more: 503 and closed; 0: any
  // Of bodies that are not streamed, while their requests are under way; what finds no room: 503 and closed.
  std::size_t bodies_bytes = limits::http_bodies_bytes;
  std::size_t bodies_bytes_per_peer = 0;  // 0: any
  std::int64_t header_timeout_ms =
      limits::http_header_timeout_ms;  // first byte to end of head (and TLS); 408
  std::int64_t body_timeout_ms =
      limits::http_body_timeout_ms;  // end of head to end of body; streamed: each read
  std::int64_t idle_timeout_ms = limits::http_idle_timeout_ms;    // between requests; closed silently
  std::int64_t write_timeout_ms = limits::http_write_timeout_ms;  // each 256 KiB; then cut off
  BodyPolicy body;
  // Decides from the head (body still empty) instead of `body`, where it is set.
  std::function<BodyPolicy(const Request& head)> body_policy;
};

// A response whose body is written bit by bit: chunked, or of the Content-Length that its head declared.
// Valid until the handler returns.
class BodyWriter {
 public:
  // Waits until the bytes are with the kernel: backpressure is the caller's. "ConnectionClosed" or "Timeout"
  // once the peer is gone or too slow; then nothing more is to be done.
  Task<Result<>> write(std::string_view bytes);
  // The end. A body that is not finished when the handler returns is cut, so that the peer knows.
  Task<Result<>> finish();
  // True once the peer has closed its side: for writers with long silences. One system call.
  bool peer_gone() const;

 private:
  friend class Exchange;
  explicit BodyWriter(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

// One request and its one answer. Lives until the handler returns.
class Exchange {
 public:
  explicit Exchange(Connection& connection) : connection_(connection) {}
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // The handler may move parts out of it.
  Request& request();

  // Sends the whole response. Content-Length, Date and Connection are ours; a body to HEAD, 204 or 304 is not
  // sent (but HEAD says its length). A handler that answers nothing answers 500.
  Task<Result<>> respond(Response response);

  // Sends the head and hands out the writer of the body. Response::body must be empty.
  Task<Result<BodyWriter>> respond_streaming(Response head);

  // Answers 101 and turns the connection into a WebSocket (RFC 6455). "InvalidWebSocketRequest" (400, or 426
  // for a version other than 13) if the request is no such thing: answer it with respond().
  // Keep the handler running as long as the socket is used: then graceful shutdown closes it with 1001.
  Task<Result<WebSocket>> upgrade(WebSocketOptions options = {});

  // Streamed bodies only: fills some of `into`; 0 at the end. "RequestTooLarge", "Timeout",
  // "ConnectionClosed", "InvalidRequest" (broken chunking). Unread rests are dropped by the server.
  Task<Result<std::size_t>> read_body(std::span<char> into);

  bool peer_gone() const;
  // Requested when the server begins to stop: long answers end themselves then.
  Cancel stopping() const;
  bool responded() const;

 private:
  Connection& connection_;
};

// Called on the connection's loop. The function object lives as long as any connection, so it may be a
// capturing lambda that is a coroutine.
using Handler = std::function<Task<void>(Exchange&)>;

struct ListenerOptions {
  std::optional<Tls> tls;
  std::string label;  // Request::listener
};

// HTTP/1.1 (RFC 9112) and 1.0. Connections go to the loops in turn. What is refused before a handler sees it:
// malformed 400, both Content-Length and Transfer-Encoding 400, repeated Content-Length or Host 400, folded
// fields 400, a coding other than chunked 501, HTTP other than 1.x 505, an Expect other than 100-continue
// 417, head too large 431, body too large 413, no room for it now 503, too slow 408. Such an answer closes
// the connection.
class Server {
 public:
  using ListenerId = std::uint64_t;

  Server(std::vector<Loop*> loops, ServerOptions options, Handler handler);
  // Closes listeners; connections end as their loops end. Call stop() first.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // All of these from any thread. An IPv4 or IPv6 address; port 0 lets the kernel choose. Returns the port.
  // "AddressInUse", "ListenFailed".
  Result<std::uint16_t> listen(const std::string& address, std::uint16_t port, ListenerOptions options = {});
  // A listening stream socket made elsewhere; the server owns it from now on.
  Result<ListenerId> adopt_listener(int fd, ListenerOptions options = {});
  void close_listener(ListenerId id);
  // A connected stream socket, such as one end of a socket pair; the server owns it from now on.
  void adopt(int fd, std::string label = {});

  // Stops accepting, closes idle connections, lets those in flight finish (with Connection: close; WebSockets
  // are closed with 1001), and cuts what is left after `grace_ms`. Returns when the last handler has
  // returned, at latest a second after the cut. Awaited on any loop.
  Task<void> stop(std::int64_t grace_ms = limits::shutdown_grace_ms);

  // Open now.
  std::size_t connections() const;

  struct Shared;

 private:
  std::shared_ptr<Shared> shared_;
};

}  // namespace slipway::http
