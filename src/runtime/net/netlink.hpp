#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "runtime/net/address.hpp"
#include "runtime/system/files.hpp"

// rtnetlink(7), as much of it as routed task networks need. Several requests travel in one send: a task's
// network is two of them.
namespace slipway::runtime {

struct VethEnd {
  std::string name;
  int index = 0;    // asked for, not found: both ends of a pair name theirs, or neither does
  std::string mac;  // six bytes, or empty
  int netns = -1;   // descriptor of a network namespace; -1: the socket's own
};

struct RouteSpec {
  Cidr destination;
  int link = 0;
  std::optional<std::uint32_t> gateway;
  bool on_link = false;  // the gateway is a neighbour though no route says so
  bool replace = false;
  bool unreachable = false;  // leads nowhere: senders are told
};

// Requests in order; each names what it does, for the error's message.
class NetlinkBatch {
 public:
  void add_veth(const VethEnd& near, const VethEnd& far, unsigned mtu);
  void set_up(int link);
  void add_address(int link, std::uint32_t address, unsigned prefix);
  void add_route(const RouteSpec&);
  void delete_route(const Cidr& destination, int link);
  void delete_link(int link);

 private:
  friend class Netlink;
  struct Nest;
  std::size_t begin(std::string what, std::uint16_t type, std::uint16_t flags);
  void put(const void* data, std::size_t size);
  void attribute(std::uint16_t type, const void* data, std::size_t size);
  void number(std::uint16_t type, std::uint32_t value);
  void text(std::uint16_t type, std::string_view value);
  void end(std::size_t message);

  std::vector<char> bytes_;
  std::vector<std::string> names_;
};

struct LinkInfo {
  int index = 0;
  std::string name;
  unsigned mtu = 0;
};
struct AddressInfo {
  int link = 0;
  std::uint32_t address = 0;
};
struct RouteInfo {  // of the main table
  Cidr destination;
  int link = 0;
};

// A socket in the network namespace in which the thread was that opened it; used from any. One call at a
// time.
class Netlink {
 public:
  static Result<Netlink> open();
  Netlink(Netlink&& other) noexcept : socket_(std::move(other.socket_)), sequence_(other.sequence_) {}

  // All requests, in order; the kernel goes on after one that fails, and the first error is told. Its code is
  // "Exists" for EEXIST and "NotFound" for what is not there, else "HostError".
  Result<> execute(const NetlinkBatch&);
  Result<std::vector<LinkInfo>> links();
  Result<std::vector<AddressInfo>> addresses();
  Result<std::vector<RouteInfo>> routes();

 private:
  explicit Netlink(Fd socket) : socket_(std::move(socket)) {}
  // Calls `each` with type and payload of every message of the answer.
  Result<> dump(std::uint16_t type, std::string_view request,
                const std::function<void(std::uint16_t, std::string_view)>& each);

  Fd socket_;
  std::mutex mutex_;
  std::uint32_t sequence_ = 1;
};

}  // namespace slipway::runtime
