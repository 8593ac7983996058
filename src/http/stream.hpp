#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "http/loop.hpp"
#include "http/task.hpp"
#include "http/tls.hpp"

namespace slipway::http {

// Within http/: a connected byte stream (TCP, Unix socket, socket pair), plain or under TLS, of one loop.
// One read and one write may be under way at a time. Deadlines are in the loop's time.
//
// Errors: "Timeout" (the stream still writes after a read's timeout), "ConnectionClosed", "TlsFailed".
class Stream {
 public:
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

  virtual ~Stream() = default;

  // At least one byte; 0 at the peer's orderly end.
  virtual Task<Result<std::size_t>> read_some(std::span<char> into, std::int64_t deadline_ms) = 0;

  // All pieces, as one gathered write where the kernel takes it. The peer must take every 256 KiB within
  // `timeout_ms`. The bytes stay the caller's until it returns.
  using Pieces = std::array<std::string_view, 3>;
  virtual Task<Result<>> write(Pieces pieces, std::int64_t timeout_ms) = 0;

  // Tells the peer that nothing more will come (TLS: close_notify, then FIN).
  virtual Task<void> end_writing(std::int64_t timeout_ms) = 0;

  // Now; what is under way fails with "ConnectionClosed".
  virtual void close() = 0;

  // The peer closed its side, or is gone. One system call.
  virtual bool peer_gone() const = 0;
};

// Each owns `fd` from the call on.
std::unique_ptr<Stream> plain_stream(Loop& loop, int fd);
Task<Result<std::unique_ptr<Stream>>> tls_accept(Loop& loop, int fd, Tls tls, std::int64_t deadline_ms);
// Verifies the certificate against `host` (a name or an address) if `tls` verifies.
Task<Result<std::unique_ptr<Stream>>> tls_connect(Loop& loop, int fd, Tls tls, std::string host,
                                                  std::int64_t deadline_ms);

}  // namespace slipway::http
