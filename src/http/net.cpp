#include "http/net.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "http/url.hpp"

namespace slipway::http {
namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t bytes = sizeof(sockaddr_storage);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

bool parse_address(const std::string& text, std::uint16_t port, Address& address) {
  auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
  if (::inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    address.bytes = sizeof *v4;
    return true;
  }
  if (::inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    address.bytes = sizeof *v6;
    return true;
  }
  return false;
}

Endpoint endpoint(Address& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.storage.ss_family == AF_INET) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
    ::inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
    return {text, ntohs(v4->sin_port)};
  }
  if (address.storage.ss_family == AF_INET6) {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
    bool mapped = IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr);
    if (mapped)
      ::inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], text, sizeof text);
    else
      ::inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
    return {text, ntohs(v6->sin6_port)};
  }
  return {};
}

Fd new_socket(int family) {
  return Fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

std::unexpected<Error> connect_failed(const std::string& whereto, int error) {
  return fail("ConnectFailed", "Cannot connect to " + whereto + ": " + std::strerror(error) + ".", 503);
}

Result<Fd> begin_connect(Address& address, const std::string& whereto) {
  Fd fd = new_socket(address.storage.ss_family);
  if (!fd) return connect_failed(whereto, errno);
  prepare_socket(fd.get());
  if (::connect(fd.get(), address.get(), address.bytes) != 0 && errno != EINPROGRESS)
    return connect_failed(whereto, errno);
  return fd;
}

}  // namespace

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

Endpoint local_endpoint(int fd) {
  Address address;
  if (::getsockname(fd, address.get(), &address.bytes) != 0) return {};
  return endpoint(address);
}

Endpoint remote_endpoint(int fd) {
  Address address;
  if (::getpeername(fd, address.get(), &address.bytes) != 0) return {};
  return endpoint(address);
}

void prepare_socket(int fd) {
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // fails harmlessly on Unix sockets
}

Result<Fd> listen_tcp(const std::string& text, std::uint16_t port) {
  std::string where = bracketed(text) + ":" + std::to_string(port);
  Address address;
  if (!parse_address(text, port, address))
    return fail("ListenFailed", "'" + text + "' is not an IP address.");
  Fd fd = new_socket(address.storage.ss_family);
  int on = 1;
  if (fd) ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (!fd || ::bind(fd.get(), address.get(), address.bytes) != 0 || ::listen(fd.get(), SOMAXCONN) != 0) {
    int error = errno;
    return fail(error == EADDRINUSE ? "AddressInUse" : "ListenFailed",
                "Cannot listen on " + where + ": " + std::strerror(error) + ".");
  }
  return fd;
}

Result<Fd> begin_connect_tcp(const std::string& text, std::uint16_t port) {
  std::string where = bracketed(text) + ":" + std::to_string(port);
  Address address;
  if (!parse_address(text, port, address)) return connect_failed(where, EADDRNOTAVAIL);
  return begin_connect(address, where);
}

Result<Fd> begin_connect_unix(const std::string& path) {
  Address address;
  auto* local = reinterpret_cast<sockaddr_un*>(&address.storage);
  if (path.size() >= sizeof local->sun_path) return connect_failed(path, ENAMETOOLONG);
  local->sun_family = AF_UNIX;
  std::memcpy(local->sun_path, path.c_str(), path.size() + 1);
  address.bytes = sizeof *local;
  return begin_connect(address, path);
}

Result<> connected(int fd, const std::string& whereto) {
  int error = 0;
  socklen_t bytes = sizeof error;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &bytes) != 0) error = errno;
  if (error != 0) return connect_failed(whereto, error);
  return {};
}

}  // namespace slipway::http
