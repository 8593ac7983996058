#include "runtime/net/ports.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <set>

#include "base/limits.hpp"

namespace slipway::runtime {
namespace {

Fd hold(std::uint16_t port) {
  Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port)};
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) socket.reset();
  return socket;
}

PortSpec range(std::uint16_t count, std::uint16_t host_port = 0) {
  return {.host_port = host_port,
          .container_ip = "172.17.0.2",
          .container_port = 9'000,
          .protocol = "udp",
          .count = count};
}

TEST(Ports, ARangeIsInARowAndGoesAroundWhatOthersHave) {
  std::vector<Fd> others;
  std::set<unsigned> taken;
  for (unsigned port = limits::dynamic_port_first; port < limits::dynamic_port_last; port += 300) {
    others.push_back(hold(std::uint16_t(port)));
    taken.insert(port);
  }
  Ports ports;
  for (const char* container : {"a", "b"}) {
    auto made = ports.reserve(container, std::vector{range(250)});
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_EQ(made->size(), 1u);
    EXPECT_EQ(made->at(0).count, 250);
    const unsigned first = made->at(0).host_port;
    EXPECT_GE(first, limits::dynamic_port_first);
    EXPECT_LE(first + 249, limits::dynamic_port_last);
    for (unsigned i = 0; i < 250; ++i) {
      EXPECT_TRUE(taken.insert(first + i).second) << "given twice: " << first + i;
      EXPECT_FALSE(hold(std::uint16_t(first + i))) << "not held: " << first + i;
    }
  }
  auto none = ports.reserve("c", std::vector{range(301)});
  ASSERT_FALSE(none) << "between the others' there is no place for it";
  EXPECT_EQ(none.error().code, "PortTaken");
  EXPECT_NE(none.error().message.find("301 ports in a row"), std::string::npos);
}

TEST(Ports, AFixedRangeIsAllOrNone) {
  Ports ports;
  auto made = ports.reserve("a", std::vector{range(3)});
  ASSERT_TRUE(made);
  const std::uint16_t first = made->at(0).host_port;
  ports.release("a");
  auto other = hold(std::uint16_t(first + 1));
  ASSERT_TRUE(other);
  auto refused = ports.reserve("b", std::vector{range(3, first)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "PortTaken");
  EXPECT_NE(refused.error().message.find(":" + std::to_string(first + 1)), std::string::npos);
  EXPECT_TRUE(hold(first)) << "what was bound before is given back";
  other.reset();
  EXPECT_TRUE(ports.reserve("b", std::vector{range(3, first)}));
  ports.release("b");
  Ports later;
  later.restore("b", *made);
  for (unsigned i = 0; i < 3; ++i) EXPECT_FALSE(hold(std::uint16_t(first + i))) << i;
}

TEST(Ports, NoPortIsPastTheLast) {
  Ports ports;
  EXPECT_EQ(ports.reserve("a", std::vector{range(2, 65'535)}).error().code, "InvalidParameterException");
  auto spec = range(1'000);
  spec.container_port = 65'000;
  EXPECT_EQ(ports.reserve("a", std::vector{spec}).error().code, "InvalidParameterException");
  EXPECT_EQ(ports.reserve("a", std::vector{range(0)}).error().code, "InvalidParameterException");
}

}  // namespace
}  // namespace slipway::runtime
