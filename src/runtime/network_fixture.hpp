#pragma once

// What tests of networks share: VPCs with tasks, and who reaches whom.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "runtime/host_fixture.hpp"
#include "runtime/net/address.hpp"
#include "runtime/net/netns.hpp"

namespace slipway::runtime {

// An HTTP GET with a limit of two seconds; empty where nobody answers.
inline std::string http_get(const std::string& ip, std::uint16_t port) {
  Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{.tv_sec = 2};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(*parse_ipv4(ip));
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return "";
  const std::string request = "GET / HTTP/1.0\r\n\r\n";
  if (::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return "";
  std::string answer;
  char buffer[4096];
  for (ssize_t got; (got = ::recv(socket.get(), buffer, sizeof buffer, 0)) > 0;)
    answer.append(buffer, std::size_t(got));
  return answer;
}

inline bool serves(const std::string& ip, std::uint16_t port) {
  return http_get(ip, port).find("hello from a task") != std::string::npos;
}

// Some address of the host but loopback, as an outsider would use it.
inline std::string host_address() {
  Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in there{.sin_family = AF_INET, .sin_port = htons(9)};
  there.sin_addr.s_addr = htonl(*parse_ipv4("198.51.100.1"));
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&there), sizeof there) != 0) return "";
  sockaddr_in own{};
  socklen_t size = sizeof own;
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&own), &size);
  return ipv4_text(ntohl(own.sin_addr.s_addr));
}

class NetworkTest : public HostTest {
 protected:
  ContainerSpec server(const std::string& id, const std::string& netns) {
    auto spec = shell(id, "exec httpd -f -p 80 -h /www");
    spec.network = {NetworkNamespace::Kind::path, netns};
    return spec;
  }
  // Another container's view: prints what it gets from there.
  std::string fetch_from(const std::string& id, const NetworkNamespace& network, const std::string& ip,
                         int port) {
    auto spec = shell(id, "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 2 " + ip + " " + std::to_string(port) +
                              " || echo unreachable");
    spec.network = network;
    return run(spec);
  }
  void make_vpc(const std::string& id, const std::string& cidr) {
    auto vpc = host->ensure_vpc({id, {cidr}, {}});
    ASSERT_TRUE(vpc) << vpc.error().message;
  }
  std::string task(const std::string& id, const std::string& vpc, const std::string& ip) {
    auto network = host->create_task_network({id, vpc, ip, "02:00:00:00:01:05"});
    EXPECT_TRUE(network) << network.error().message;
    return network ? network->netns_path : "";
  }
  // A VPC of a block that nothing on this machine has, nor a test beside us; gives "10.200.7.".
  std::string routed_vpc(const std::string& id) {
    SystemRandom random;
    for (int attempt = 0; attempt < 20; ++attempt) {
      const std::string net =
          "10." + std::to_string(200 + random.below(8)) + "." + std::to_string(random.below(256)) + ".";
      auto vpc = host->ensure_vpc({id, {net + "0/24"}, {}});
      EXPECT_TRUE(vpc) << vpc.error().message;
      if (vpc && vpc->notes.empty()) return net;
      EXPECT_TRUE(host->delete_vpc(id));
    }
    ADD_FAILURE() << "no free block";
    return "";
  }
  static sockaddr_in at(const std::string& ip, std::uint16_t port) {
    sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(*parse_ipv4(ip));
    return address;
  }
  // A TCP port that the kernel answers for, in a namespace ("": the host's own).
  static Fd listen_in(const std::string& netns, std::uint16_t port, const std::string& ip = "0.0.0.0") {
    Fd socket;
    const auto listen = [&]() -> Result<> {
      socket.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      const int on = 1;
      ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
      const sockaddr_in address = at(ip, port);
      if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
          ::listen(socket.get(), 64) != 0)
        return fail_errno("listen");
      return {};
    };
    const auto listening = netns.empty() ? listen() : in_namespace(netns, listen);
    EXPECT_TRUE(listening) << listening.error().message;
    return socket;
  }
  // A connection out of a namespace; empty where none is made within a moment.
  static Fd connect_from(const std::string& netns, const std::string& ip, std::uint16_t port,
                         int timeout_ms = 3'000) {
    Fd socket;
    const auto connect = [&]() -> Result<> {
      socket.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      const sockaddr_in address = at(ip, port);
      int error = 0;
      socklen_t size = sizeof error;
      if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        pollfd ready{socket.get(), POLLOUT, 0};
        if (errno != EINPROGRESS || ::poll(&ready, 1, timeout_ms) != 1) return fail_errno("connect");
        ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
      }
      return error == 0 ? Result<>{} : fail_errno("connect", error);
    };
    if (!(netns.empty() ? connect() : in_namespace(netns, connect))) socket.reset();
    return socket;
  }
  // A new link may lose its first packet, and the kernel sends the next a second later.
  static bool reaches(const std::string& netns, const std::string& ip, std::uint16_t port) {
    return bool(connect_from(netns, ip, port));
  }
  static bool refuses(const std::string& netns, const std::string& ip, std::uint16_t port) {
    return !connect_from(netns, ip, port, 250);
  }
};

}  // namespace slipway::runtime
