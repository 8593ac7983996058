#include "runtime/net/state.hpp"

#include <cstdio>
#include <sstream>

namespace slipway::runtime {
namespace {

constexpr std::uint32_t first_link_address = 0xa9feb000;  // 169.254.176.0

std::string joined(const std::vector<std::string>& list) {
  if (list.empty()) return "-";
  std::string text;
  for (const std::string& item : list) text += (text.empty() ? "" : ",") + item;
  return text;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> list;
  if (text == "-") return list;
  std::istringstream items(text);
  for (std::string item; std::getline(items, item, ',');) list.push_back(item);
  return list;
}

}  // namespace

std::string network_state_text(const NetworkState& state) {
  std::ostringstream text;
  for (const auto& [id, router] : state.routers)
    text << "vpc " << id << ' ' << router.slot << ' ' << joined(router.spec.cidrs) << ' '
         << joined(router.host_routed) << ' ' << joined(router.spec.gateways) << ' '
         << (router.spec.domain.empty() ? "-" : router.spec.domain) << '\n';
  for (const auto& [container, ip] : state.bridge_addresses)
    text << "address " << container << ' ' << ip << '\n';
  for (const auto& [container, ports] : state.ports)
    for (const PortMapping& port : ports)
      text << "port " << container << ' ' << port.protocol << ' ' << port.host_ip << ' ' << port.host_port
           << ' ' << (port.is_host() ? "-" : port.container_ip) << ' ' << port.container_port << ' '
           << port.count << '\n';
  return text.str();
}

NetworkState parse_network_state(const std::string& text) {
  NetworkState state;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string kind, id;
    words >> kind >> id;
    if (kind == "vpc") {
      NetworkState::Router router;
      std::string cidrs, routed, gateways;
      if (!(words >> router.slot >> cidrs >> routed >> gateways)) continue;
      router.spec = {id, split(cidrs), split(gateways)};
      // A line of an earlier build ends here.
      if (std::string domain; words >> domain && domain != "-") router.spec.domain = domain;
      router.host_routed = split(routed);
      state.routers[id] = std::move(router);
    } else if (kind == "address") {
      std::string ip;
      if (words >> ip) state.bridge_addresses[id] = ip;
    } else if (kind == "port") {
      PortMapping port;
      if (words >> port.protocol >> port.host_ip >> port.host_port >> port.container_ip >>
          port.container_port) {
        if (port.container_ip == "-") port.container_ip.clear();
        // A line of an earlier build ends here.
        if (!(words >> port.count)) port.count = 1;
        state.ports[id].push_back(std::move(port));
      }
    }
  }
  return state;
}

std::string link_name(const std::string& prefix, unsigned slot) {
  char digits[8];
  std::snprintf(digits, sizeof digits, "%03x", slot);
  return prefix + digits;
}

std::uint32_t link_host_address(unsigned slot) {
  return first_link_address + 2 * slot;
}
std::uint32_t link_router_address(unsigned slot) {
  return first_link_address + 2 * slot + 1;
}

}  // namespace slipway::runtime
