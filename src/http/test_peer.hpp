#pragma once

// For this folder's tests: a server on loopback, and a blocking peer that sends and reads raw bytes.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "http/server.hpp"

namespace slipway::http {

class Peer {
 public:
  explicit Peer(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  struct Adopt {
    int fd;
  };
  explicit Peer(Adopt adopt) : fd_(adopt.fd) {}
  Peer(Peer&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Peer() { close(); }

  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  void end_writing() { ::shutdown(fd_, SHUT_WR); }
  int fd() const { return fd_; }

  // False when the other side is gone.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(std::size_t(sent));
    }
    return true;
  }

  // Reads until `mark` has come `times` times, the other side ends, or five seconds are over; what came.
  std::string read_until(std::string_view mark, int times = 1) {
    std::string got;
    while (count(got, mark) < times && read_some(got)) {
    }
    return got;
  }
  // Everything up to the other side's end. "(still open)" is appended if that does not come.
  std::string read_to_end() {
    std::string got;
    while (read_some(got)) {
    }
    if (!ended_) got += "(still open)";
    return got;
  }

 private:
  static int count(std::string_view text, std::string_view mark) {
    int found = 0;
    for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + 1)) ++found;
    return found;
  }
  bool read_some(std::string& into) {
    pollfd watch{fd_, POLLIN, 0};
    if (::poll(&watch, 1, 5'000) <= 0) return false;
    char bytes[65'536];
    ssize_t got = ::recv(fd_, bytes, sizeof bytes, 0);
    ended_ = got <= 0;
    if (got > 0) into.append(bytes, std::size_t(got));
    return got > 0;
  }

  int fd_;
  bool ended_ = false;
};

// Answers "METHOD TARGET BODY" as text.
inline Task<void> echo(Exchange& exchange) {
  Request& request = exchange.request();
  Response response;
  response.headers.add("Content-Type", "text/plain");
  response.body = request.method + " " + request.target + " " + request.body;
  co_await exchange.respond(std::move(response));
}

class TestServer {
 public:
  explicit TestServer(ServerOptions options = {}, Handler handler = echo, std::size_t loop_count = 1,
                      std::optional<Tls> tls = {})
      : loops_(loop_count),
        server_(std::make_unique<Server>(loops_.loops(), std::move(options), std::move(handler))) {
    Result<std::uint16_t> port = server_->listen("127.0.0.1", 0, {std::move(tls), "test"});
    EXPECT_TRUE(port) << (port ? "" : port.error().message);
    port_ = port.value_or(0);
  }
  ~TestServer() {
    server_.reset();
    loops_.stop();
  }

  std::uint16_t port() const { return port_; }
  Server& server() { return *server_; }
  Peer connect() const { return Peer(port_); }
  void stop(std::int64_t grace_ms) {
    Loop loop;
    run_until_done(loop, server_->stop(grace_ms));
  }

 private:
  LoopThreads loops_;
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
};

inline int status_of(std::string_view response) {
  return response.starts_with("HTTP/1.1 ") ? std::atoi(std::string(response.substr(9, 3)).c_str()) : 0;
}

}  // namespace slipway::http
