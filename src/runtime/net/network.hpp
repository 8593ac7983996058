#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "runtime/dns/forwarder.hpp"
#include "runtime/net/filter.hpp"
#include "runtime/net/ports.hpp"
#include "runtime/net/router.hpp"
#include "runtime/net/state.hpp"
#include "runtime/network.hpp"
#include "runtime/paths.hpp"

namespace slipway::runtime {

// The node's networks: routers, task namespaces, host ports. What can be read back from the kernel is; the
// rest lies in <run_dir>/network. Thread-safe: changes of routers and ports come one after another, tasks
// attach side by side.
class Network {
 public:
  Network(NodePaths, std::string nft, std::string bridge_cidr);
  ~Network();

  // Opens what an earlier life of ours made, and makes the host's table anew where there is anything.
  Result<> recover();

  Result<VpcNetwork> ensure_vpc(const VpcSpec&);
  Result<> delete_vpc(const std::string& vpc_id);
  Result<TaskNetwork> create_task_network(const TaskNetworkSpec&);
  Result<> delete_task_network(const std::string& task_id);
  Result<> change_security_groups(const std::string& vpc_id, std::span<const SecurityGroupChange>);
  Result<> change_way_out(const std::string& vpc_id, const std::string& task_id, bool reaches_outside);
  Result<BridgeNetwork> create_bridge_network(const std::string& container_id);
  Result<> delete_bridge_network(const std::string& container_id);
  Result<std::vector<PublishedPort>> publish_ports(const std::string& container_id,
                                                   std::span<const PortSpec>);
  Result<> unpublish_ports(const std::string& container_id);
  Resolvers resolvers(const std::string& vpc_id);
  Result<int> open_listener(const std::string& vpc_id, const std::string& address, std::uint16_t port);

  // Of namespaces and ports that exist.
  std::vector<std::string> task_ids() const;
  std::vector<std::string> bridge_container_ids();
  Result<> destroy();

 private:
  struct Live {
    NetworkState::Router state;
    std::shared_ptr<Router> router;
    std::shared_ptr<Filter> filter;
    std::vector<std::string> notes;
    int dns = 0;                        // its number at the forwarder; 0: it has none
    bool wants_metadata_route = false;  // 169.254.170.2 leads to another node's router as yet
  };

  // Error ResourceNotFoundException.
  Result<std::shared_ptr<Filter>> find_filter(const std::string& vpc_id) const;
  std::string router_path(const std::string& vpc_id) const;
  std::string task_path(const std::string& task_id) const { return paths_.namespaces() + "/task-" + task_id; }
  std::string bridge_path(const std::string& container_id) const {
    return paths_.namespaces() + "/bridge-" + container_id;
  }
  RouterPlan plan(const NetworkState::Router&) const;

  Result<Live*> ensure_router(const VpcSpec&);
  Result<> make_router(Live&);
  void start_dns(Live&);
  std::shared_ptr<Filter> filter_of(const NetworkState::Router&) const;
  unsigned uplink_mtu();
  // Until the end: takes over what another node on this kernel gave up.
  void keep_routes();
  bool wants_routes() const;
  void reclaim();
  Result<unsigned> free_slot();
  void claim_routes(Live&, const std::vector<std::string>& cidrs);
  Result<> claim_metadata_address(Live&);
  Result<std::string> free_bridge_cidr();
  Result<std::shared_ptr<Router>> bridge();
  Result<std::string> free_bridge_address();
  VpcNetwork describe(const Live&) const;
  Result<> apply_host_rules();
  Result<> apply_router_rules(const Live&, bool had_rules);
  Result<> save();

  const NodePaths paths_;
  const std::string nft_;
  const std::string bridge_cidr_;
  mutable std::mutex mutex_;
  std::optional<Netlink> host_;
  std::map<std::string, Live> live_;  // by vpc id
  std::map<std::string, std::string> bridge_addresses_;
  std::map<std::string, std::vector<PortMapping>> published_;
  Ports ports_;
  DnsForwarder dns_;
  bool ending_ = false;
  std::condition_variable wake_;
  std::thread keeper_;
};

}  // namespace slipway::runtime
