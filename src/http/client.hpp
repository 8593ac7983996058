#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/limits.hpp"
#include "base/result.hpp"
#include "http/cancel.hpp"
#include "http/message.hpp"
#include "http/task.hpp"
#include "http/tls.hpp"
#include "http/url.hpp"

namespace slipway::http {

// Makes a connected stream socket to host:port and gives it away: for socket pairs, Unix sockets and other
// network namespaces. Runs on the caller's loop and keeps to the timeout itself.
using Dialer =
    std::function<Task<Result<int>>(std::string host, std::uint16_t port, std::int64_t timeout_ms)>;

// TCP, by name or address; every address of a name is tried in order. "ConnectFailed".
Dialer tcp_dialer();
Dialer unix_dialer(std::string socket_path);

struct ClientOptions {
  std::int64_t connect_timeout_ms = limits::http_connect_timeout_ms;  // name, TCP and TLS together
  std::int64_t call_timeout_ms = limits::http_call_timeout_ms;        // request sent to response read, whole
  std::int64_t idle_timeout_ms = limits::http_idle_timeout_ms;        // a pooled connection is kept this long
  std::size_t header_bytes = limits::http_header_bytes;
  std::size_t body_bytes = limits::http_body_bytes;  // of a response read into memory
  std::size_t idle_connections = limits::http_client_idle_connections;
  std::optional<Tls> tls;  // none: the system's authorities
  Dialer dialer;           // none: tcp_dialer()
};

struct ClientRequest {
  std::string method = "GET";
  Url url;
  Headers headers;  // Host and Content-Length are added where missing
  std::string body;
  // What differs from the client's options for this call.
  std::optional<std::int64_t> call_timeout_ms;
  std::optional<std::size_t> body_bytes;
  Cancel cancel;
};

// Takes the next bytes of a response's body; the connection is read no faster than it returns. An error ends
// the call with that error.
using BodySink = std::function<Task<Result<>>(std::string_view bytes)>;

// HTTP/1.1 with kept-alive connections. Used on one loop; any number of calls at a time. Redirects are
// answers like any other. A kept connection that proves dead before the first byte of an answer is replaced
// once for methods that may be repeated (RFC 9110 §9.2.2). Destroyed before its loop, on its thread or while
// it does not run; calls under way end on their own.
//
// Errors: "ConnectFailed", "TlsFailed", "Timeout", "ConnectionClosed", "InvalidResponse", "ResponseTooLarge",
// "Cancelled".
class Client {
 public:
  explicit Client(ClientOptions options = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // The whole answer in memory.
  Task<Result<Response>> send(ClientRequest request);
  // The body of a 2xx answer goes to `sink` (of others into Response::body). Then call_timeout_ms bounds the
  // head and each wait for more bytes instead of the whole, and body_bytes bounds only what is not sunk.
  Task<Result<Response>> send(ClientRequest request, BodySink sink);

  struct Impl;

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace slipway::http
