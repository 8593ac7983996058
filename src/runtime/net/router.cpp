#include "runtime/net/router.hpp"

#include <net/if.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "runtime/net/netns.hpp"
#include "runtime/network.hpp"
#include "runtime/system/files.hpp"

namespace slipway::runtime {
namespace {

constexpr int loopback_link = 1;  // in every namespace
// Above what fallback tunnels of a new namespace take (tunl0, sit0 …), so that no look-up is needed.
constexpr int task_link = 100;
constexpr int first_router_link = 1'000;
constexpr int attach_attempts = 8;
constexpr Cidr everything{0, 0};

Result<> set_sysctls(std::initializer_list<std::pair<const char*, const char*>> values) {
  for (auto [name, value] : values)
    if (auto set = write_control(std::string("/proc/sys/net/ipv4/") + name, value); !set) return set;
  return {};
}

Result<int> link_index(Netlink& netlink, const std::string& name) {
  auto links = netlink.links();
  if (!links) return pass(links);
  for (const LinkInfo& link : *links)
    if (link.name == name) return link.index;
  return fail("NotFound", "link " + name + " is not there", 500);
}

Result<> set_up_router(const RouterPlan& plan, Netlink& inside) {
  // rp_filter before the links come: each takes the default when it is made.
  if (auto set =
          set_sysctls({{"ip_forward", "1"}, {"conf/all/rp_filter", "1"}, {"conf/default/rp_filter", "1"}});
      !set)
    return set;
  auto host_link = link_index(inside, "host0");
  if (!host_link) return pass(host_link);
  NetlinkBatch batch;
  batch.set_up(loopback_link);
  for (std::uint32_t address : plan.addresses) batch.add_address(loopback_link, address, 32);
  batch.add_address(*host_link, plan.router_address, 31);
  batch.set_up(*host_link);
  batch.add_route({.destination = everything, .link = *host_link, .gateway = plan.host_address});
  for (const Cidr& block : plan.blocks) batch.add_route({.destination = block, .unreachable = true});
  return inside.execute(batch);
}

Result<> set_up_host_end(const RouterPlan& plan, Netlink& host) {
  const int link = int(::if_nametoindex(plan.link_name.c_str()));
  NetlinkBatch batch;
  batch.add_address(link, plan.host_address, 31);
  batch.set_up(link);
  if (auto done = host.execute(batch); !done) return done;
  if (!plan.local_net) return {};
  return set_sysctls({{("conf/" + plan.link_name + "/route_localnet").c_str(), "1"}});
}

}  // namespace

Result<std::unique_ptr<Router>> Router::create(const RouterPlan& plan, Netlink& host) {
  std::optional<Netlink> inside;
  auto made = create_namespace(plan.path, [&](int netns) -> Result<> {
    auto opened = Netlink::open();
    if (!opened) return pass(opened);
    inside.emplace(std::move(*opened));
    NetlinkBatch veth;
    veth.add_veth({.name = plan.link_name}, {.name = "host0", .netns = netns}, plan.mtu);
    if (auto added = host.execute(veth); !added) return added;
    return set_up_router(plan, *inside);
  });
  if (!made) return pass(made);
  if (auto up = set_up_host_end(plan, host); !up) {
    (void)drop_namespace(plan.path);
    return pass(up);
  }
  std::unique_ptr<Router> router(new Router(plan, std::move(*inside)));
  router->next_link_ = first_router_link;
  return router;
}

Result<std::unique_ptr<Router>> Router::open(const RouterPlan& plan) {
  std::optional<Netlink> inside;
  auto entered = in_namespace(plan.path, [&]() -> Result<> {
    auto opened = Netlink::open();
    if (!opened) return pass(opened);
    inside.emplace(std::move(*opened));
    return {};
  });
  if (!entered) return pass(entered);
  auto links = inside->links();
  if (!links) return pass(links);
  std::unique_ptr<Router> router(new Router(plan, std::move(*inside)));
  router->next_link_ = first_router_link;
  for (const LinkInfo& link : *links) router->next_link_ = std::max(router->next_link_, link.index + 1);
  return router;
}

int Router::host_link() const {
  return int(::if_nametoindex(plan_.link_name.c_str()));
}

Result<> Router::add_addresses(const std::vector<std::uint32_t>& addresses) {
  NetlinkBatch batch;
  for (std::uint32_t address : addresses) batch.add_address(loopback_link, address, 32);
  return netlink_.execute(batch);
}

Result<> Router::add_blocks(const std::vector<Cidr>& blocks) {
  NetlinkBatch batch;
  for (const Cidr& block : blocks)
    batch.add_route({.destination = block, .replace = true, .unreachable = true});
  return netlink_.execute(batch);
}

// Two sends: the pair with the router's end, then the task's end. Both links are numbered by us, since a
// route names its link by number and asking for it would be a third.
Result<> Router::attach(const TaskLink& task) {
  return create_namespace(task.netns_path, [&](int netns) -> Result<> {
    auto inside = Netlink::open();
    if (!inside) return pass(inside);
    char name[IFNAMSIZ];
    Result<> attached;
    for (int attempt = 0; attempt < attach_attempts; ++attempt) {
      int link;
      {
        std::lock_guard lock(mutex_);
        link = next_link_++;
      }
      std::snprintf(name, sizeof name, "t%08x%.5s%x", task.ip, task.tag.c_str(), attempt);
      NetlinkBatch near;
      near.add_veth({.name = name, .index = link},
                    {.name = "eth0", .index = task_link, .mac = task.mac, .netns = netns},
                    task.mtu ? task.mtu : plan_.mtu);
      near.set_up(link);
      near.add_route({.destination = {task.ip, 32}, .link = link, .replace = true});
      attached = netlink_.execute(near);
      if (attached || attached.error().code != "Exists") break;
    }
    if (!attached) return attached;
    const std::uint32_t metadata = *parse_ipv4(metadata_address);
    NetlinkBatch far;
    far.set_up(loopback_link);
    far.add_address(task_link, task.ip, 32);
    far.set_up(task_link);
    far.add_route({.destination = {task.gateway, 32}, .link = task_link});
    if (task.gateway != metadata) far.add_route({.destination = {metadata, 32}, .link = task_link});
    far.add_route({.destination = everything, .link = task_link, .gateway = task.gateway});
    if (auto done = inside->execute(far); !done) return done;
    // As Docker: a program that is not root may serve port 80.
    return set_sysctls({{"ip_unprivileged_port_start", "0"}});
  });
}

}  // namespace slipway::runtime
