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

Result<Fd> bind_port(const PortMapping& port) {
  const bool udp = port.protocol == "udp";
  Fd socket(::socket(AF_INET, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0));
  if (!socket) return fail_errno("socket");
  sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port.host_port)};
  address.sin_addr.s_addr = htonl(*parse_ipv4(port.host_ip));
  if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return socket;
  if (errno == EADDRINUSE)
    return fail("PortTaken", "Bind for " + port.host_ip + ":" + std::to_string(port.host_port) +
                                 " failed: port is already allocated");
  if (errno == EADDRNOTAVAIL)
    return fail("InvalidParameterException", port.host_ip + " is no address of this host");
  return fail_errno("port " + std::to_string(port.host_port));
}

}  // namespace

Result<std::vector<PortMapping>> Ports::reserve(const std::string& container,
                                                std::span<const PortSpec> specs) {
  std::vector<PortMapping> mappings;
  std::vector<Fd> sockets;
  std::size_t count = 0;
  for (const auto& [name, fds] : held_) count += fds.size();
  if (count + specs.size() > limits::published_ports)
    return fail("PortTaken", "This node has no ports left.");
  for (const PortSpec& spec : specs) {
    PortMapping mapping{spec.protocol, spec.host_ip.empty() ? "0.0.0.0" : spec.host_ip, spec.host_port,
                        spec.container_ip, spec.container_port};
    if (!parse_ipv4(mapping.host_ip) || !parse_ipv4(mapping.container_ip) || mapping.container_port == 0 ||
        (mapping.protocol != "tcp" && mapping.protocol != "udp"))
      return fail("InvalidParameterException", "Invalid port mapping.");
    auto socket = mapping.host_port == 0 ? bind_dynamic(mapping) : bind_port(mapping);
    if (!socket) return pass(socket);
    sockets.push_back(std::move(*socket));
    mappings.push_back(std::move(mapping));
  }
  std::vector<Fd>& held = held_[container];
  for (Fd& socket : sockets) held.push_back(std::move(socket));
  return mappings;
}

Result<Fd> Ports::bind_dynamic(PortMapping& mapping) {
  constexpr std::uint32_t range = limits::dynamic_port_last - limits::dynamic_port_first + 1u;
  // From a random place on: a port that was just freed is not handed to another at once.
  if (next_dynamic_ == 0) {
    SystemRandom random;
    next_dynamic_ = std::uint32_t(random.below(range));
  }
  for (std::uint32_t tried = 0; tried < range; ++tried) {
    mapping.host_port = std::uint16_t(limits::dynamic_port_first + next_dynamic_++ % range);
    auto socket = bind_port(mapping);
    if (socket || socket.error().code != "PortTaken") return socket;
  }
  return fail("PortTaken", "No port between " + std::to_string(limits::dynamic_port_first) + " and " +
                               std::to_string(limits::dynamic_port_last) + " is free.");
}

void Ports::restore(const std::string& container, const std::vector<PortMapping>& mappings) {
  for (const PortMapping& mapping : mappings)
    if (auto socket = bind_port(mapping)) held_[container].push_back(std::move(*socket));
}

}  // namespace slipway::runtime
