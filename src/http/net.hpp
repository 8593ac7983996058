#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/result.hpp"

namespace slipway::http {

// Within http/: a file descriptor that closes itself.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd();

  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// An address as text, without brackets; empty for sockets that have none.
struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
};

Endpoint local_endpoint(int fd);
Endpoint remote_endpoint(int fd);

// A bound, listening, non-blocking TCP socket. "AddressInUse", "ListenFailed".
Result<Fd> listen_tcp(const std::string& address, std::uint16_t port);
// A new, non-blocking socket on which connect(2) has begun. "ConnectFailed".
Result<Fd> begin_connect_tcp(const std::string& address, std::uint16_t port);
Result<Fd> begin_connect_unix(const std::string& path);
// After it became writable: whether that connect succeeded. "ConnectFailed".
Result<> connected(int fd, const std::string& whereto);

// Options for a stream socket that we serve or use: non-blocking, close-on-exec, no Nagle delay.
void prepare_socket(int fd);

}  // namespace slipway::http
