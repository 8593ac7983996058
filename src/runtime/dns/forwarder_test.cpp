#include "runtime/dns/forwarder.hpp"
#include "base/limits.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <set>

namespace slipway::runtime {
namespace {

std::string query(const std::string& label, std::uint16_t id) {
  std::string out{char(id >> 8), char(id & 0xff), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
  return out + char(label.size()) + label + '\0' + std::string{0, 1, 0, 1};
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Fd bound(int type) {
  Fd socket(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(0);
  EXPECT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  if (type & SOCK_STREAM) EXPECT_EQ(::listen(socket.get(), 16), 0);
  return socket;
}

std::uint16_t port_of(const Fd& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

bool readable(const Fd& socket, int timeout_ms) {
  pollfd ready{socket.get(), POLLIN, 0};
  return ::poll(&ready, 1, timeout_ms) == 1;
}

std::string received(const Fd& socket, int timeout_ms = 5'000) {
  char buffer[8'192];
  if (!readable(socket, timeout_ms)) return "";
  const ssize_t got = ::recv(socket.get(), buffer, sizeof buffer, 0);
  return std::string(buffer, got > 0 ? std::size_t(got) : 0);
}

// A forwarder that a task asks, and a server that it asks itself.
class Forwarder : public testing::Test {
 protected:
  Forwarder() {
    directory = std::filesystem::temp_directory_path() / ("slipway-dns-" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory);
    EXPECT_TRUE(write_file(directory / "resolv.conf", "nameserver 127.0.0.1\n", 0600));
    std::vector<Fd> datagrams, streams;
    datagrams.push_back(bound(SOCK_DGRAM | SOCK_NONBLOCK));
    streams.push_back(bound(SOCK_STREAM | SOCK_NONBLOCK));
    const std::uint16_t port = port_of(datagrams[0]);
    stream_port = port_of(streams[0]);
    forwarder.use(directory / "resolv.conf", port_of(server));
    router = *forwarder.add({{{0x0a000000, 16}}, "ec2.internal"}, std::move(datagrams), std::move(streams));
    client = client_of(port);
  }
  ~Forwarder() override { std::filesystem::remove_all(directory); }

  static Fd client_of(std::uint16_t port, int type = SOCK_DGRAM) {
    Fd socket(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(port);
    EXPECT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return socket;
  }
  void ask(const std::string& message) {
    ASSERT_GT(::send(client.get(), message.data(), message.size(), 0), 0);
  }
  // What reached the server; `from` is where an answer goes.
  std::string asked() {
    char buffer[8'192];
    socklen_t size = sizeof from;
    if (!readable(server, 5'000)) return "";
    const ssize_t got =
        ::recvfrom(server.get(), buffer, sizeof buffer, 0, reinterpret_cast<sockaddr*>(&from), &size);
    return std::string(buffer, got > 0 ? std::size_t(got) : 0);
  }
  void answer(const std::string& message) {
    ::sendto(server.get(), message.data(), message.size(), 0, reinterpret_cast<sockaddr*>(&from),
             sizeof from);
  }

  std::filesystem::path directory;
  Fd server = bound(SOCK_DGRAM), client;
  sockaddr_in from{};
  DnsForwarder forwarder;
  int router = 0;
  std::uint16_t stream_port = 0;
};

TEST_F(Forwarder, KnowsTheNamesOfABlockThatCameLater) {
  std::string dotted = query("x", 1).substr(0, 12);
  dotted += '\x0b' + std::string("ip-10-9-0-5") + '\x03' + "ec2" + '\x08' + "internal" + '\0' + std::string{0, 1, 0, 1};
  ask(dotted);
  EXPECT_EQ(received(client)[3] & 0x0f, 3) << "no such name";
  forwarder.add_blocks(router, {{0x0a090000, 16}});
  ask(dotted);
  EXPECT_EQ(received(client).substr(dotted.size() + 12), std::string("\x0a\x09\x00\x05", 4));
}

TEST_F(Forwarder, PassesOnAndBack) {
  std::set<std::uint16_t> ports, ids;
  for (std::uint16_t round = 0; round < 8; ++round) {
    const std::string message = query("example", round);
    ask(message);
    const std::string sent = asked();
    EXPECT_EQ(sent.substr(2), message.substr(2));
    ports.insert(ntohs(from.sin_port));
    ids.insert(dns_id(sent));
    answer(dns_address_answer(sent, *parse_dns_query(sent), 0x01020304));
    EXPECT_EQ(received(client), dns_address_answer(message, *parse_dns_query(message), 0x01020304));
  }
  EXPECT_GT(ports.size(), 4u) << "a port of its own for every question";
  EXPECT_GT(ids.size(), 4u) << "an id of its own";
}

TEST_F(Forwarder, AForgedAnswerIsNotBelieved) {
  ask(query("example", 7));
  const std::string sent = asked();
  const auto question = *parse_dns_query(sent);
  std::string other_id = dns_address_answer(sent, question, 0x06060606);
  set_dns_id(other_id, std::uint16_t(dns_id(sent) + 1));
  answer(other_id);
  const std::string other_name = query("elsewhere", dns_id(sent));
  answer(dns_address_answer(other_name, *parse_dns_query(other_name), 0x06060606));
  answer("nonsense");
  // From another address than was asked.
  Fd stranger = bound(SOCK_DGRAM);
  const std::string lie = dns_address_answer(sent, question, 0x06060606);
  ::sendto(stranger.get(), lie.data(), lie.size(), 0, reinterpret_cast<sockaddr*>(&from), sizeof from);
  EXPECT_FALSE(readable(client, 50));
  answer(dns_address_answer(sent, question, 0x01020304));
  EXPECT_TRUE(received(client).ends_with(std::string("\x01\x02\x03\x04", 4)));
}

TEST_F(Forwarder, WithoutAServerItSaysSo) {
  server.reset();
  ask(query("example", 7));
  const std::string got = received(client);
  ASSERT_GE(got.size(), 12u);
  EXPECT_EQ(got[3] & 15, 2) << "SERVFAIL";
}

TEST_F(Forwarder, OwnNamesNeverLeave) {
  const std::string message{"\0\7\1\0\0\1\0\0\0\0\0\0\x0bip-10-0-1-5\3ec2\10internal\0\0\1\0\1", 42};
  ask(message);
  EXPECT_TRUE(received(client).ends_with(std::string("\x0a\x00\x01\x05", 4)));
  EXPECT_FALSE(readable(server, 50));
}

TEST_F(Forwarder, WhoAsksTooMuchIsNotAnswered) {
  const std::string message{"\0\7\1\0\0\1\0\0\0\0\0\0\x0bip-10-0-1-5\3ec2\10internal\0\0\1\0\1", 42};
  constexpr int many = 3 * int(limits::dns_queries_per_s);
  int answered = 0;
  for (; answered < many; ++answered) {
    ask(message);
    if (received(client, 100).empty()) break;
  }
  EXPECT_GE(answered, int(limits::dns_queries_per_s) / 2);
  EXPECT_LT(answered, many);
}

TEST_F(Forwarder, NoMoreWaitThanMay) {
  constexpr std::size_t limit = limits::dns_queries_outstanding_per_task;
  for (std::uint16_t i = 0; i < 2 * limit; ++i) ask(query("example", i));
  std::size_t reached = 0;
  while (readable(server, 100)) reached += !asked().empty();
  EXPECT_EQ(reached, limit);
}

TEST_F(Forwarder, StreamsGoOnAsStreams) {
  Fd listening = bound(SOCK_STREAM);
  forwarder.use(directory / "resolv.conf", port_of(listening));
  const Fd stream = client_of(stream_port, SOCK_STREAM);
  const std::string message = query("example", 7);
  const std::string framed = std::string{0, char(message.size())} + message;
  ASSERT_EQ(::send(stream.get(), framed.data(), framed.size(), 0), ssize_t(framed.size()));
  ASSERT_TRUE(readable(listening, 5'000));
  Fd accepted(::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
  std::string sent = received(accepted);
  ASSERT_GT(sent.size(), 2u);
  sent.erase(0, 2);
  std::string large = dns_address_answer(sent, *parse_dns_query(sent), 1) + std::string(3'000, 'x');
  large = std::string{char(large.size() >> 8), char(large.size() & 0xff)} + large;
  ASSERT_EQ(::send(accepted.get(), large.data(), large.size(), 0), ssize_t(large.size()));
  std::string got;
  while (got.size() < large.size() && readable(stream, 2'000)) {
    const std::string part = received(stream);
    if (part.empty()) break;
    got += part;
  }
  EXPECT_EQ(got.size(), large.size());
  EXPECT_EQ(dns_id(std::string_view(got).substr(2)), 7);
}

TEST_F(Forwarder, ARouterThatIsGoneIsNotAnswered) {
  ask(query("example", 7));
  const std::string sent = asked();
  forwarder.remove(router);
  answer(dns_address_answer(sent, *parse_dns_query(sent), 1));
  EXPECT_TRUE(received(client, 100).empty());
}

}  // namespace
}  // namespace slipway::runtime
