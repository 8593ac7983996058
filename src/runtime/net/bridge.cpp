// Bridge mode: containers with addresses of this node's own, behind a router like a VPC's, and host ports.
#include <algorithm>
#include <set>

#include "base/log.hpp"
#include "runtime/net/netns.hpp"
#include "runtime/net/network.hpp"
#include "runtime/net/nft.hpp"

namespace slipway::runtime {
namespace {

constexpr unsigned bridge_prefix = 20;  // 4,094 containers
constexpr std::uint32_t first_bridge =
    0xac110000;  // 172.17.0.0, as Docker; never 172.31.0.0/16, the default VPC
constexpr std::uint32_t last_bridge = 0xac1e0000;  // 172.30.0.0

}  // namespace

Result<std::string> Network::free_bridge_cidr() {
  if (!bridge_cidr_.empty()) {
    auto cidr = parse_cidr(bridge_cidr_);
    if (!cidr || cidr->prefix > 29)
      return fail("InvalidParameterException", "Invalid range for bridge containers: " + bridge_cidr_);
    return bridge_cidr_;
  }
  auto routes = host_->routes();
  if (!routes) return pass(routes);
  for (std::uint32_t address = first_bridge; address < last_bridge; address += 1u << (32 - bridge_prefix)) {
    const Cidr cidr{address, bridge_prefix};
    if (std::ranges::none_of(*routes, [&](const RouteInfo& route) {
          return route.destination.prefix > 0 && route.destination.overlaps(cidr);
        }))
      return cidr.text();
  }
  return fail("HostError", "no range of 172.17.0.0-172.30.255.255 is free for bridge containers", 500);
}

Result<std::shared_ptr<Router>> Network::bridge() {
  if (auto found = live_.find(bridge_router); found != live_.end()) return found->second.router;
  auto cidr = free_bridge_cidr();
  if (!cidr) return pass(cidr);
  auto live = ensure_router({bridge_router, {*cidr}, {ipv4_text(parse_cidr(*cidr)->address + 1)}});
  if (!live) return pass(live);
  if (auto claimed = claim_metadata_address(**live); !claimed) {
    (*live)->wants_metadata_route = true;
    (*live)->notes.push_back("tasks in the host's network do not reach 169.254.170.2: " +
                             claimed.error().message);
    log::warn((*live)->notes.back());
  }
  return (*live)->router;
}

Result<std::string> Network::free_bridge_address() {
  const Cidr cidr = *parse_cidr(live_.at(bridge_router).state.spec.cidrs.at(0));
  std::set<std::uint32_t> used;
  for (const auto& [container, ip] : bridge_addresses_) used.insert(*parse_ipv4(ip));
  const std::uint32_t size = 1u << (32 - cidr.prefix);
  for (std::uint32_t at = 2; at + 1 < size; ++at)
    if (!used.contains(cidr.address + at)) return ipv4_text(cidr.address + at);
  return fail("ResourceInitializationError", "no address is left in " + cidr.text());
}

Result<BridgeNetwork> Network::create_bridge_network(const std::string& container_id) {
  if (!is_name(container_id))
    return fail("InvalidParameterException", "Invalid container id: " + container_id);
  std::lock_guard lock(mutex_);
  auto router = bridge();
  if (!router) return pass(router);
  const std::string gateway = live_.at(bridge_router).state.spec.gateways.at(0);
  const std::string path = bridge_path(container_id);
  if (auto known = bridge_addresses_.find(container_id);
      known != bridge_addresses_.end() && is_namespace(path))
    return BridgeNetwork{path, known->second, gateway};
  auto ip = free_bridge_address();
  if (!ip) return pass(ip);
  (void)drop_namespace(path);
  if (auto attached = (*router)->attach({.netns_path = path,
                                         .ip = *parse_ipv4(*ip),
                                         .gateway = *parse_ipv4(gateway),
                                         .tag = container_id.substr(0, 5)});
      !attached)
    return fail("ResourceInitializationError", attached.error().message, 500);
  bridge_addresses_[container_id] = *ip;
  if (auto saved = save(); !saved) return pass(saved);
  return BridgeNetwork{path, *ip, gateway};
}

Result<> Network::delete_bridge_network(const std::string& container_id) {
  if (!is_name(container_id)) return {};
  if (auto unpublished = unpublish_ports(container_id); !unpublished) return unpublished;
  std::lock_guard lock(mutex_);
  if (auto dropped = drop_namespace(bridge_path(container_id)); !dropped) return dropped;
  if (bridge_addresses_.erase(container_id) == 0) return {};
  return save();
}

Result<std::vector<PublishedPort>> Network::publish_ports(const std::string& container_id,
                                                          std::span<const PortSpec> specs) {
  std::lock_guard lock(mutex_);
  if (auto made = bridge(); !made) return pass(made);  // its rules are what publishes
  auto found = published_.find(container_id);
  if (found == published_.end()) {
    auto mappings = ports_.reserve(container_id, specs);
    if (!mappings) return pass(mappings);
    if (auto added = run_nft(nft_, add_ports_text(paths_.nft_table(), *mappings)); !added) {
      ports_.release(container_id);
      return pass(added);
    }
    found = published_.emplace(container_id, std::move(*mappings)).first;
    if (auto saved = save(); !saved) return pass(saved);
  }
  std::vector<PublishedPort> ports;
  for (const PortMapping& mapping : found->second)
    ports.push_back(
        {mapping.host_ip, mapping.host_port, mapping.container_port, mapping.protocol, mapping.count});
  return ports;
}

Result<> Network::unpublish_ports(const std::string& container_id) {
  std::lock_guard lock(mutex_);
  auto found = published_.find(container_id);
  if (found == published_.end()) return {};
  // A port of the host may be another container's too, which is starting as this one ends.
  Result<> removed;
  const bool shared = std::ranges::any_of(found->second, &PortMapping::is_host);
  if (!shared) removed = run_nft(nft_, delete_ports_text(paths_.nft_table(), found->second));
  published_.erase(found);
  ports_.release(container_id);
  if (shared || !removed)
    if (auto applied = apply_host_rules(); !applied) return applied;  // some were gone already: make it true
  return save();
}

std::vector<std::string> Network::bridge_container_ids() {
  std::lock_guard lock(mutex_);
  std::set<std::string> ids;
  for (const auto& [container, ip] : bridge_addresses_) ids.insert(container);
  for (const auto& [container, ports] : published_) ids.insert(container);
  return {ids.begin(), ids.end()};
}

}  // namespace slipway::runtime
