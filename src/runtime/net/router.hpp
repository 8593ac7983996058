#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "runtime/net/netlink.hpp"

namespace slipway::runtime {

// One router: a namespace that has 169.254.170.2, a link to the host and one /32 route per task (isolation.md
// §5). Strict reverse-path filtering is its anti-spoofing: a task's packets are taken only with the address
// that is routed to its link.
struct RouterPlan {
  std::string path;       // where its namespace is bound
  std::string link_name;  // our end of its link to the host
  std::uint32_t host_address = 0, router_address = 0;
  std::vector<std::uint32_t> addresses;  // that it answers on
  std::vector<Cidr> blocks;  // the VPC's: an address of these that no task has is not asked for elsewhere
  unsigned mtu = 1500;
  bool local_net = false;  // 127.0.0.1 of the host may be sent over its link (host ports)
};

struct TaskLink {
  std::string netns_path;
  std::uint32_t ip = 0;
  std::uint32_t gateway = 0;  // one of the router's addresses
  std::string mac;            // six bytes, or empty
  unsigned mtu = 0;           // 0: the router's
  std::string
      tag;  // makes the link's name differ from that of the address's last owner, which may still be going
};

class Router {
 public:
  // `host`: a socket in the host's namespace.
  static Result<std::unique_ptr<Router>> create(const RouterPlan&, Netlink& host);
  // One that exists.
  static Result<std::unique_ptr<Router>> open(const RouterPlan&);

  const RouterPlan& plan() const { return plan_; }
  // The index of our end of its link, in the host's namespace; 0 where it is gone.
  int host_link() const;

  Result<> add_addresses(const std::vector<std::uint32_t>&);
  Result<> add_blocks(const std::vector<Cidr>&);
  // Makes the task's namespace, with everything in it.
  Result<> attach(const TaskLink&);

 private:
  Router(RouterPlan plan, Netlink netlink) : plan_(std::move(plan)), netlink_(std::move(netlink)) {}

  RouterPlan plan_;
  Netlink netlink_;  // inside the router
  std::mutex mutex_;
  int next_link_ = 0;
};

}  // namespace slipway::runtime
