// What the host's own routing table has of ours: links' slots, blocks of VPCs, the metadata address.
#include <net/if.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "base/log.hpp"
#include "runtime/net/network.hpp"

namespace slipway::runtime {
namespace {

constexpr std::chrono::seconds look_again{1};
constexpr unsigned usual_mtu = 1'500;

}  // namespace

Result<unsigned> Network::free_slot() {
  auto addresses = host_->addresses();
  if (!addresses) return pass(addresses);
  std::set<std::uint32_t> used;
  for (const AddressInfo& address : *addresses) used.insert(address.address);
  for (unsigned slot = 0; slot < link_slots; ++slot)
    if (!used.contains(link_host_address(slot)) && !used.contains(link_router_address(slot)) &&
        ::if_nametoindex(link_name(paths_.link_prefix(), slot).c_str()) == 0)
      return slot;
  return fail("LimitExceeded", "No address is left for a link to a router.");
}

// The host reaches a block only where nothing else lies there: not another VPC, not the LAN, not Docker.
void Network::claim_routes(Live& live, const std::vector<std::string>& cidrs) {
  auto routes = host_->routes();
  if (!routes) {
    live.notes.push_back("the host does not reach this VPC: " + routes.error().message);
    return;
  }
  const int link = live.router->host_link();
  for (const std::string& text : cidrs) {
    const Cidr cidr = *parse_cidr(text);
    const auto blocking = std::ranges::find_if(*routes, [&](const RouteInfo& route) {
      return route.destination.prefix > 0 && route.destination.overlaps(cidr);
    });
    if (blocking != routes->end()) {
      live.notes.push_back("the host does not reach " + text + ": its route to " +
                           blocking->destination.text() + " overlaps");
      continue;
    }
    NetlinkBatch batch;
    batch.add_route({.destination = cidr, .link = link, .gateway = link_router_address(live.state.slot)});
    if (auto added = host_->execute(batch); !added)
      live.notes.push_back("the host does not reach " + text + ": " + added.error().message);
    else
      live.state.host_routed.push_back(text);
  }
}

// A packet that fits a task's link fits the way out too, where no narrower link comes later.
unsigned Network::uplink_mtu() {
  auto routes = host_->routes();
  auto links = host_->links();
  if (!routes || !links) return usual_mtu;
  for (const RouteInfo& route : *routes)
    if (route.destination.prefix == 0)
      for (const LinkInfo& link : *links)
        if (link.index == route.link && link.mtu >= 576) return std::min(link.mtu, 65'535u);
  return usual_mtu;
}

// For tasks in the host's own network. Where several nodes share a kernel the first one has it, and the next
// when that one goes.
Result<> Network::claim_metadata_address(Live& live) {
  NetlinkBatch batch;
  batch.add_route({.destination = {*parse_ipv4(metadata_address), 32},
                   .link = live.router->host_link(),
                   .gateway = link_router_address(live.state.slot)});
  Result<> claimed = host_->execute(batch);
  if (claimed || claimed.error().code != "Exists") return claimed;
  auto routes = host_->routes();
  if (!routes) return claimed;
  for (const RouteInfo& route : *routes)
    if (route.destination.prefix == 32 && route.destination.address == *parse_ipv4(metadata_address) &&
        route.link == live.router->host_link())
      return {};  // ours, from an earlier life
  return claimed;
}

bool Network::wants_routes() const {
  return std::ranges::any_of(live_, [](const auto& each) {
    const NetworkState::Router& state = each.second.state;
    return each.second.wants_metadata_route || state.host_routed.size() < state.spec.cidrs.size();
  });
}

// The kernel tells nobody of routes that go with their link, so it is asked.
void Network::keep_routes() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    wake_.wait_for(lock, look_again, [this] { return ending_; });
    if (!ending_ && wants_routes()) reclaim();
  }
}

void Network::reclaim() {
  bool changed = false;
  for (auto& [id, live] : live_) {
    if (live.wants_metadata_route && claim_metadata_address(live)) live.wants_metadata_route = false;
    std::vector<std::string> missing;
    for (const std::string& cidr : live.state.spec.cidrs)
      if (std::ranges::find(live.state.host_routed, cidr) == live.state.host_routed.end())
        missing.push_back(cidr);
    if (missing.empty()) continue;
    const std::size_t before = live.state.host_routed.size();
    live.notes.clear();
    claim_routes(live, missing);
    if (live.state.host_routed.size() == before) continue;
    changed = true;
    log::info("the host now reaches this VPC", {{"vpc", id}});
    if (auto applied = apply_router_rules(live, true); !applied)
      log::warn("a router's rules are as they were", {{"vpc", id}, {"error", applied.error().message}});
  }
  if (!changed) return;
  if (auto saved = save(); !saved)
    log::warn("networks are not written down", {{"error", saved.error().message}});
}

}  // namespace slipway::runtime
