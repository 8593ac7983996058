#include "runtime/net/slots.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <thread>

#include "base/limits.hpp"

namespace slipway::runtime {

Result<Fd> lock_slots() {
  constexpr char name[] = "slipway-network-slots";
  sockaddr_un address{.sun_family = AF_UNIX};
  std::memcpy(address.sun_path + 1, name, sizeof name - 1);  // a zero in front: no file
  const auto size = socklen_t(offsetof(sockaddr_un, sun_path) + sizeof name);
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(limits::helper_timeout_ms);
  Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return fail_errno("socket");
  while (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) {
    if (errno != EADDRINUSE) return fail_errno("the lock of network slots");
    if (std::chrono::steady_clock::now() > deadline)
      return fail("HostError", "another node is making a router, and does not come to an end", 500);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return socket;
}

}  // namespace slipway::runtime
