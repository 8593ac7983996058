#include "runtime/net/network.hpp"

#include <arpa/inet.h>
#include <dirent.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include "base/limits.hpp"
#include "base/log.hpp"
#include "runtime/net/foreign.hpp"
#include "runtime/net/netns.hpp"
#include "runtime/net/nft.hpp"
#include "runtime/net/slots.hpp"

namespace slipway::runtime {
namespace {

std::unexpected<Error> network_error(Error error) {
  if (error.code != "InvalidParameterException" && error.code != "PortTaken")
    error.code = "ResourceInitializationError";
  return std::unexpected(std::move(error));
}

// A VPC's name server is its third address (VPC user guide, "Amazon DNS server").
std::uint32_t resolver_of(const Cidr& block) {
  return block.address + 2;
}

Result<> valid(const VpcSpec& spec) {
  if (!is_name(spec.vpc_id)) return fail("InvalidParameterException", "Invalid VPC id: " + spec.vpc_id);
  for (const std::string& cidr : spec.cidrs)
    if (!parse_cidr(cidr)) return fail("InvalidParameterException", "Invalid CIDR block: " + cidr);
  for (const std::string& gateway : spec.gateways)
    if (!parse_ipv4(gateway)) return fail("InvalidParameterException", "Invalid address: " + gateway);
  return {};
}

}  // namespace

Network::Network(NodePaths paths, std::string nft, std::string bridge_cidr)
    : paths_(std::move(paths)), nft_(std::move(nft)), bridge_cidr_(std::move(bridge_cidr)) {}

Network::~Network() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  if (keeper_.joinable()) keeper_.join();
}

std::shared_ptr<Filter> Network::filter_of(const NetworkState::Router& state) const {
  if (state.is_bridge()) return nullptr;
  return std::make_shared<Filter>(Filter::Place{
      router_path(state.spec.vpc_id), paths_.groups(state.spec.vpc_id), nft_, link_host_address(state.slot)});
}

std::string Network::router_path(const std::string& vpc_id) const {
  return paths_.namespaces() + "/slipway-" + paths_.node_id + "-" + vpc_id;
}

RouterPlan Network::plan(const NetworkState::Router& state) const {
  RouterPlan plan{.path = router_path(state.spec.vpc_id),
                  .link_name = link_name(paths_.link_prefix(), state.slot),
                  .host_address = link_host_address(state.slot),
                  .router_address = link_router_address(state.slot),
                  .addresses = {*parse_ipv4(metadata_address)},
                  .local_net = state.is_bridge()};
  for (const std::string& gateway : state.spec.gateways) plan.addresses.push_back(*parse_ipv4(gateway));
  for (const std::string& cidr : state.spec.cidrs) plan.blocks.push_back(*parse_cidr(cidr));
  if (!state.is_bridge() && !plan.blocks.empty()) plan.addresses.push_back(resolver_of(plan.blocks[0]));
  return plan;
}

Result<> Network::recover() {
  std::lock_guard lock(mutex_);
  if (auto prepared = prepare_namespace_directory(paths_.namespaces()); !prepared) return prepared;
  auto host = Netlink::open();
  if (!host) return pass(host);
  host_.emplace(std::move(*host));
  const NetworkState state = parse_network_state(read_file_or_empty(paths_.network_state()));
  for (const auto& [id, saved] : state.routers) {
    RouterPlan wanted = plan(saved);
    wanted.mtu = uplink_mtu();
    // After a reboot, or a teardown that was cut short, neither half is of use without the other.
    if (!is_namespace(wanted.path) || ::if_nametoindex(wanted.link_name.c_str()) == 0) {
      (void)drop_namespace(wanted.path);
      continue;
    }
    auto router = Router::open(wanted);
    if (!router) return pass(router);
    std::shared_ptr<Filter> filter = filter_of(saved);
    if (filter)
      if (auto recovered = filter->recover(); !recovered) return recovered;
    start_dns(live_[id] = {saved, std::move(*router), std::move(filter), {}});
  }
  for (const auto& [container, ip] : state.bridge_addresses)
    if (is_namespace(bridge_path(container))) bridge_addresses_[container] = ip;
  for (const auto& [container, mappings] : state.ports) {
    if (!bridge_addresses_.contains(container) && !std::ranges::any_of(mappings, &PortMapping::is_host))
      continue;
    published_[container] = mappings;
    ports_.restore(container, mappings);
  }
  if (!live_.empty()) {
    if (auto applied = apply_host_rules(); !applied) return applied;
    if (auto bridge = live_.find(bridge_router); bridge != live_.end())
      bridge->second.wants_metadata_route = !claim_metadata_address(bridge->second);
  }
  keeper_ = std::thread([this] { keep_routes(); });
  return save();
}

Result<VpcNetwork> Network::ensure_vpc(const VpcSpec& spec) {
  std::lock_guard lock(mutex_);
  if (auto checked = valid(spec); !checked) return pass(checked);
  if (spec.vpc_id == bridge_router) return fail("InvalidParameterException", "\"bridge\" is no VPC.");
  auto live = ensure_router(spec);
  if (!live) return network_error(std::move(live.error()));
  return describe(**live);
}

VpcNetwork Network::describe(const Live& live) const {
  return {.router_netns_path = router_path(live.state.spec.vpc_id),
          .router_address = ipv4_text(link_router_address(live.state.slot)),
          .host_address = ipv4_text(link_host_address(live.state.slot)),
          .host_routed_cidrs = live.state.host_routed,
          .notes = live.notes};
}

Result<Network::Live*> Network::ensure_router(const VpcSpec& spec) {
  auto found = live_.find(spec.vpc_id);
  if (found == live_.end()) {
    if (live_.size() >= limits::vpc_routers) return fail("LimitExceeded", "This node has too many VPCs.");
    Live live{.state = {.spec = spec}};
    if (auto made = make_router(live); !made) return pass(made);
    found = live_.emplace(spec.vpc_id, std::move(live)).first;
  } else {
    // A subnet or a block may have been added since.
    VpcSpec& known = found->second.state.spec;
    std::vector<std::uint32_t> addresses;
    for (const std::string& gateway : spec.gateways)
      if (std::ranges::find(known.gateways, gateway) == known.gateways.end())
        addresses.push_back(*parse_ipv4(gateway));
    std::vector<std::string> cidrs;
    std::vector<Cidr> blocks;
    for (const std::string& cidr : spec.cidrs)
      if (std::ranges::find(known.cidrs, cidr) == known.cidrs.end()) {
        cidrs.push_back(cidr);
        blocks.push_back(*parse_cidr(cidr));
      }
    if (addresses.empty() && cidrs.empty()) return &found->second;
    if (auto added = found->second.router->add_addresses(addresses); !added) return pass(added);
    if (auto added = found->second.router->add_blocks(blocks); !added) return pass(added);
    dns_.add_blocks(found->second.dns, blocks);
    // Whoever asks knows his own subnet's gateway alone.
    for (const std::uint32_t address : addresses) known.gateways.push_back(ipv4_text(address));
    known.cidrs.insert(known.cidrs.end(), cidrs.begin(), cidrs.end());
    claim_routes(found->second, cidrs);
  }
  if (auto applied = apply_router_rules(found->second, false); !applied) return pass(applied);
  if (auto applied = apply_host_rules(); !applied) return pass(applied);
  if (auto saved = save(); !saved) return pass(saved);
  return &found->second;
}

Result<> Network::make_router(Live& live) {
  // A router without its entry in our state: what a life before this one did not finish.
  (void)drop_namespace(router_path(live.state.spec.vpc_id));
  auto one_at_a_time = lock_slots();
  if (!one_at_a_time) return pass(one_at_a_time);
  auto slot = free_slot();
  if (!slot) return pass(slot);
  live.state.slot = *slot;
  // Before the router gets packets to send on. It stays on when we go: others may have come to rely on it.
  if (auto on = write_control("/proc/sys/net/ipv4/ip_forward", "1"); !on) return on;
  RouterPlan wanted = plan(live.state);
  wanted.mtu = uplink_mtu();
  auto router = Router::create(wanted, *host_);
  if (!router) return pass(router);
  live.router = std::move(*router);
  ::unlink(paths_.groups(live.state.spec.vpc_id).c_str());
  live.filter = filter_of(live.state);
  start_dns(live);
  if (auto opened = open_foreign_firewall(nft_, paths_); !opened)
    live.notes.push_back("another firewall may stop this VPC's packets: " + opened.error().message);
  claim_routes(live, live.state.spec.cidrs);
  return {};
}

Result<> Network::apply_router_rules(const Live& live, bool had_rules) {
  std::vector<std::string> hidden;
  for (const std::string& cidr : live.state.spec.cidrs)
    if (std::ranges::find(live.state.host_routed, cidr) == live.state.host_routed.end())
      hidden.push_back(cidr);
  if (hidden.empty() && !had_rules) return {};
  return in_namespace(router_path(live.state.spec.vpc_id),
                      [&] { return run_nft(nft_, router_ruleset(hidden)); });
}

Result<> Network::apply_host_rules() {
  HostRules rules{.table = paths_.nft_table()};
  for (const auto& [id, live] : live_)
    (live.state.is_bridge() ? rules.bridge_links : rules.vpc_links).push_back(live.router->plan().link_name);
  for (const auto& [container, mappings] : published_)
    rules.ports.insert(rules.ports.end(), mappings.begin(), mappings.end());
  return run_nft(nft_, host_ruleset(rules));
}

Result<> Network::save() {
  NetworkState state{.bridge_addresses = bridge_addresses_, .ports = published_};
  for (const auto& [id, live] : live_) state.routers[id] = live.state;
  return replace_file(paths_.network_state(), network_state_text(state), 0600, false);
}

Result<> Network::delete_vpc(const std::string& vpc_id) {
  std::lock_guard lock(mutex_);
  auto found = live_.find(vpc_id);
  if (found == live_.end()) return drop_namespace(router_path(vpc_id));
  // Our end goes first: a listener that somebody still holds would keep the namespace, and with it the link.
  NetlinkBatch batch;
  batch.delete_link(found->second.router->host_link());
  (void)host_->execute(batch);
  dns_.remove(found->second.dns);
  live_.erase(found);
  ::unlink(paths_.groups(vpc_id).c_str());
  auto dropped = drop_namespace(router_path(vpc_id));
  if (live_.empty()) (void)close_foreign_firewall(nft_, paths_);
  if (auto applied = apply_host_rules(); !applied) return applied;
  if (auto saved = save(); !saved) return saved;
  return dropped;
}

Result<TaskNetwork> Network::create_task_network(const TaskNetworkSpec& spec) {
  const auto ip = parse_ipv4(spec.ip);
  const auto mac = spec.mac.empty() ? std::optional<std::string>("") : parse_mac(spec.mac);
  if (!is_name(spec.task_id) || !ip || !mac)
    return fail("InvalidParameterException", "Invalid task network: " + spec.task_id + " " + spec.ip);
  const std::string path = task_path(spec.task_id);
  if (is_namespace(path)) return TaskNetwork{path};
  std::shared_ptr<Router> router;
  std::shared_ptr<Filter> filter;
  {
    std::lock_guard lock(mutex_);
    auto found = live_.find(spec.vpc_id);
    if (found == live_.end())
      return fail("ResourceNotFoundException", "This node has no router of VPC " + spec.vpc_id + ".");
    router = found->second.router;
    filter = found->second.filter;
  }
  if (filter)
    if (auto filtered = filter->add({spec.task_id, *ip, spec.security_groups, spec.reaches_outside});
        !filtered)
      return network_error(std::move(filtered.error()));
  ::unlink(path.c_str());  // of a life that ended between the file and its mount
  auto attached = router->attach(
      {.netns_path = path,
       .ip = *ip,
       .gateway = *parse_ipv4(metadata_address),
       .mac = *mac,
       .mtu = spec.mtu,
       .tag = spec.task_id.substr(spec.task_id.size() - std::min<std::size_t>(5, spec.task_id.size()))});
  if (!attached) {
    if (filter) (void)filter->remove(spec.task_id);
    return network_error(std::move(attached.error()));
  }
  return TaskNetwork{path};
}

Result<> Network::delete_task_network(const std::string& task_id) {
  if (!is_name(task_id)) return {};
  if (auto dropped = drop_namespace(task_path(task_id)); !dropped) return dropped;
  std::vector<std::shared_ptr<Filter>> filters;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [id, live] : live_)
      if (live.filter) filters.push_back(live.filter);
  }
  for (const auto& filter : filters)
    if (auto removed = filter->remove(task_id); !removed) return removed;
  return {};
}

Result<std::shared_ptr<Filter>> Network::find_filter(const std::string& vpc_id) const {
  std::lock_guard lock(mutex_);
  if (auto found = live_.find(vpc_id); found != live_.end() && found->second.filter)
    return found->second.filter;
  return fail("ResourceNotFoundException", "This node has no router of VPC " + vpc_id + ".");
}

Result<> Network::change_security_groups(const std::string& vpc_id,
                                         std::span<const SecurityGroupChange> changes) {
  auto filter = find_filter(vpc_id);
  return filter ? (*filter)->change(changes) : pass(filter);
}

Result<> Network::change_way_out(const std::string& vpc_id, const std::string& task_id,
                                 bool reaches_outside) {
  auto filter = find_filter(vpc_id);
  return filter ? (*filter)->change_way_out(task_id, reaches_outside) : pass(filter);
}

std::vector<std::string> Network::task_ids() const {
  std::vector<std::string> ids;
  DIR* directory = ::opendir(paths_.namespaces().c_str());
  if (!directory) return ids;
  while (const dirent* entry = ::readdir(directory)) {
    const std::string name = entry->d_name;
    if (name.starts_with("task-")) ids.push_back(name.substr(5));
  }
  ::closedir(directory);
  return ids;
}

Result<> Network::destroy() {
  for (const std::string& id : task_ids()) (void)delete_task_network(id);
  for (const std::string& id : bridge_container_ids()) (void)delete_bridge_network(id);
  std::vector<std::string> vpcs;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [id, live] : live_) vpcs.push_back(id);
  }
  for (const std::string& id : vpcs) (void)delete_vpc(id);
  std::lock_guard lock(mutex_);
  (void)close_foreign_firewall(nft_, paths_);
  const std::string table = paths_.nft_table();
  if (auto gone = run_nft(nft_, "add table ip " + table + "\ndelete table ip " + table + "\n"); !gone)
    return gone;
  ::unlink(paths_.network_state().c_str());
  return drop_namespace_directory(paths_.namespaces());
}

}  // namespace slipway::runtime
