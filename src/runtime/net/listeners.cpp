// Sockets inside routers: of the metadata endpoint, whose owner is the agent, and of the DNS forwarder.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/log.hpp"
#include "runtime/net/netns.hpp"
#include "runtime/net/network.hpp"
#include "runtime/net/resolvers.hpp"

namespace slipway::runtime {
namespace {

constexpr std::uint16_t dns_port = 53;
constexpr int backlog = 1'024;

// In the thread's network namespace.
Result<Fd> bound(int type, std::uint32_t ip, std::uint16_t port) {
  Fd socket(::socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in local{.sin_family = AF_INET, .sin_port = htons(port)};
  local.sin_addr.s_addr = htonl(ip);
  if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&local), sizeof local) != 0 ||
      (type == SOCK_STREAM && ::listen(socket.get(), backlog) != 0))
    return fail_errno(ipv4_text(ip) + ":" + std::to_string(port));
  return socket;
}

}  // namespace

Result<int> Network::open_listener(const std::string& vpc_id, const std::string& address,
                                   std::uint16_t port) {
  const auto ip = parse_ipv4(address);
  if (!ip) return fail("InvalidParameterException", "Invalid address: " + address);
  const auto failed = [](Error error) {
    error.code = "ResourceInitializationError";
    return std::unexpected(std::move(error));
  };
  if (vpc_id == bridge_router) {
    std::lock_guard lock(mutex_);
    if (auto made = bridge(); !made) return failed(std::move(made.error()));
  }
  Fd listener;
  auto opened = in_namespace(router_path(vpc_id), [&]() -> Result<> {
    auto socket = bound(SOCK_STREAM, *ip, port);
    if (!socket) return pass(socket);
    listener = std::move(*socket);
    return {};
  });
  if (!opened) return failed(std::move(opened.error()));
  return listener.release();
}

// A router without it is of use all the same: what it cannot do is said, and its tasks get the host's
// servers.
void Network::start_dns(Live& live) {
  DnsZone zone{.blocks = {}, .domain = live.state.spec.domain};
  for (const std::string& cidr : live.state.spec.cidrs) zone.blocks.push_back(*parse_cidr(cidr));
  std::vector<Fd> datagrams, streams;
  Result<> opened = in_namespace(router_path(live.state.spec.vpc_id), [&]() -> Result<> {
    for (const std::uint32_t ip : plan(live.state).addresses)
      for (const int type : {SOCK_DGRAM, SOCK_STREAM}) {
        auto socket = bound(type, ip, dns_port);
        if (!socket) return pass(socket);
        (type == SOCK_DGRAM ? datagrams : streams).push_back(std::move(*socket));
      }
    return {};
  });
  if (opened) {
    Result<int> added = dns_.add(std::move(zone), std::move(datagrams), std::move(streams));
    if (added)
      live.dns = *added;
    else
      opened = pass(added);
  }
  if (opened) return;
  live.notes.push_back("no DNS forwarder: " + opened.error().message);
  log::warn("a router has no DNS forwarder",
            {{"vpc", live.state.spec.vpc_id}, {"error", opened.error().message}});
}

Resolvers Network::resolvers(const std::string& vpc_id) {
  if (vpc_id.empty()) return host_resolvers();
  std::lock_guard lock(mutex_);
  const auto live = live_.find(vpc_id);
  const bool forwards = live != live_.end() && live->second.dns != 0;
  if (forwards && vpc_id != bridge_router) {
    Resolvers own{.servers = {ipv4_text(plan(live->second.state).addresses.back())}};
    if (!live->second.state.spec.domain.empty()) own.search = {live->second.state.spec.domain};
    return own;
  }
  Resolvers found = reachable_resolvers();
  if (found.servers.empty() && forwards) {
    found.servers = live->second.state.spec.gateways;
    found.note.clear();
  }
  return found;
}

}  // namespace slipway::runtime
