#include "runtime/net/ports.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/limits.hpp"
#include "base/random.hpp"
#include "runtime/net/address.hpp"

namespace slipway::runtime {
namespace {

Result<Fd> bind_port(const PortMapping& port, unsigned i) {
  const auto number = std::uint16_t(port.host_port + i);
  const bool udp = port.protocol == "udp";
  Fd socket(::socket(AF_INET, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0));
  if (!socket) return fail_errno("socket");
  sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(number)};
  address.sin_addr.s_addr = htonl(*parse_ipv4(port.host_ip));
  if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return socket;
  if (errno == EADDRINUSE)
    return fail("PortTaken", "Bind for " + port.host_ip + ":" + std::to_string(number) +
                                 " failed: port is already allocated");
  if (errno == EADDRNOTAVAIL)
    return fail("InvalidParameterException", port.host_ip + " is no address of this host");
  return fail_errno("port " + std::to_string(number));
}

// All of the mapping's ports. After an error `into` holds those before the one that failed.
Result<> bind_all(const PortMapping& port, std::vector<Fd>& into) {
  for (unsigned i = 0; i < port.count; ++i) {
    auto socket = bind_port(port, i);
    if (!socket) return pass(socket);
    into.push_back(std::move(*socket));
  }
  return {};
}

bool is_valid(const PortMapping& port) {
  const bool to = port.is_host() ? port.host_ip == "0.0.0.0" && port.host_port == port.container_port
                                 : parse_ipv4(port.container_ip).has_value();
  return to && parse_ipv4(port.host_ip) && port.container_port > 0 && port.count > 0 &&
         port.container_port + port.count <= 65'536 && port.host_port + port.count <= 65'536 &&
         (port.protocol == "tcp" || port.protocol == "udp");
}

}  // namespace

Result<std::vector<PortMapping>> Ports::reserve(const std::string& container,
                                                std::span<const PortSpec> specs) {
  std::vector<PortMapping> mappings;
  std::vector<Fd> sockets;
  std::size_t count = 0;
  for (const auto& [name, fds] : held_) count += fds.size();
  for (const PortSpec& spec : specs) count += spec.count;
  if (count > limits::published_ports) return fail("PortTaken", "This node has no ports left.");
  for (const PortSpec& spec : specs) {
    PortMapping mapping{spec.protocol,       spec.host_ip.empty() ? "0.0.0.0" : spec.host_ip,
                        spec.host_port,      spec.container_ip,
                        spec.container_port, spec.count};
    if (!is_valid(mapping)) return fail("InvalidParameterException", "Invalid port mapping.");
    std::vector<Fd> bound;
    Result<> done;
    if (!mapping.is_host())
      done = mapping.host_port == 0 ? bind_dynamic(mapping, bound) : bind_all(mapping, bound);
    if (!done) return pass(done);
    for (Fd& socket : bound) sockets.push_back(std::move(socket));
    mappings.push_back(std::move(mapping));
  }
  std::vector<Fd>& held = held_[container];
  for (Fd& socket : sockets) held.push_back(std::move(socket));
  return mappings;
}

Result<> Ports::bind_dynamic(PortMapping& mapping, std::vector<Fd>& into) {
  constexpr std::uint32_t range = limits::dynamic_port_last - limits::dynamic_port_first + 1u;
  // From a random place on: a port that was just freed is not handed to another at once.
  if (next_dynamic_ == 0) {
    SystemRandom random;
    next_dynamic_ = std::uint32_t(random.below(range));
  }
  for (std::uint32_t tried = 0; tried < range;) {
    std::uint32_t first = next_dynamic_ % range;
    if (first + mapping.count > range) {  // does not fit behind: go on in front
      tried += range - first;
      next_dynamic_ = range;
      continue;
    }
    mapping.host_port = std::uint16_t(limits::dynamic_port_first + first);
    auto bound = bind_all(mapping, into);
    // What was free before a taken port is not enough, and with that port no run begins.
    const auto passed = std::uint32_t(into.size()) + (bound ? 0 : 1);
    tried += passed;
    next_dynamic_ += passed;
    if (bound || bound.error().code != "PortTaken") return bound;
    into.clear();
  }
  return fail("PortTaken",
              (mapping.count == 1 ? "No port" : "No " + std::to_string(mapping.count) + " ports in a row") +
                  " between " + std::to_string(limits::dynamic_port_first) + " and " +
                  std::to_string(limits::dynamic_port_last) +
                  (mapping.count == 1 ? " is free." : " are free."));
}

void Ports::restore(const std::string& container, const std::vector<PortMapping>& mappings) {
  for (const PortMapping& mapping : mappings)
    for (unsigned i = 0; i < mapping.count && !mapping.is_host(); ++i)
      if (auto socket = bind_port(mapping, i)) held_[container].push_back(std::move(*socket));
}

}  // namespace slipway::runtime
