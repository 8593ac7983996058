#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/cgroup/cgroups.hpp"
#include "runtime/cgroup/warm_up.hpp"
#include "runtime/linux_host.hpp"
#include "runtime/net/network.hpp"
#include "runtime/oci/config.hpp"
#include "runtime/paths.hpp"
#include "runtime/spool_watch.hpp"
#include "runtime/supervisor/link.hpp"
#include "runtime/supervisor/records.hpp"

namespace slipway::runtime {

class LinuxHost final : public Host {
 public:
  explicit LinuxHost(LinuxHostOptions);
  ~LinuxHost() override;

  Result<> prepare() override;
  Capacity capacity() override;
  std::vector<Check> doctor() override { return runtime::doctor(options_); }
  Result<VpcNetwork> ensure_vpc(const VpcSpec&) override;
  Result<> delete_vpc(const std::string& vpc_id) override;
  Result<TaskNetwork> create_task_network(const TaskNetworkSpec&) override;
  Result<> delete_task_network(const std::string& task_id) override;
  Result<> change_security_groups(const std::string& vpc_id, std::span<const SecurityGroupChange>) override;
  Result<> change_way_out(const std::string& vpc_id, const std::string& task_id,
                          bool reaches_outside) override;
  Result<BridgeNetwork> create_bridge_network(const std::string& container_id) override;
  Result<> delete_bridge_network(const std::string& container_id) override;
  Result<std::vector<PublishedPort>> publish_ports(const std::string& container_id,
                                                   std::span<const PortSpec>) override;
  Result<> unpublish_ports(const std::string& container_id) override;
  Result<int> open_listener(const std::string& vpc_id, const std::string& address,
                            std::uint16_t port) override;
  Resolvers resolvers(const std::string& vpc_id) override {
    return network_ ? network_->resolvers(vpc_id) : Resolvers{};
  }
  Result<> create_task_cgroup(const TaskCgroupSpec&) override;
  Result<> delete_task_cgroup(const std::string& task_id) override;
  Result<TaskDisk> task_disk(const std::string& task_id, std::span<const std::string> directories) override;
  Result<StartedContainer> start_container(const ContainerSpec&) override;
  Result<> signal_container(const std::string& container_id, int signal) override;
  Result<> probe(const std::string& container_id, std::int64_t timeout_ms) override;
  Result<ContainerStatus> container(const std::string& container_id) override;
  Result<std::vector<ContainerStatus>> containers() override;
  Result<> remove_container(const std::string& container_id) override;
  Result<ContainerStats> stats(const std::string& container_id) override;
  Result<std::unique_ptr<OutputReader>> output(const std::string& container_id,
                                               std::uint64_t offset) override;
  int event_fd() override { return event_fd_.get(); }
  std::vector<ContainerEvent> take_events() override;
  Result<> sweep(std::span<const std::string> keep_task_ids) override;
  Result<> destroy() override;

 private:
  std::string cgroup_of(const std::string& task_id, const std::string& container_id) const {
    return paths_.task_cgroup(task_id) + "/" + container_id;
  }
  // Writes everything that the supervisor needs into the container's directory.
  Result<> write_bundle(const ContainerSpec&, const std::string& directory, StartedContainer&);
  Result<OciPlace> place(const ContainerSpec&, const std::string& directory, StartedContainer&);
  // "" for an own namespace, "host", or the path of another container's.
  Result<std::string> joined_namespace(const std::string& of, const char* kind);
  Result<std::string> init_program() const;
  // The profile's name; empty: none.
  Result<std::string> apparmor_of(const ContainerSpec&) const;
  // What this kernel's swap accounting cannot do is refused.
  Result<> check_swap(const ContainerSpec&, StartedContainer&) const;
  Result<> limit_disk(const TaskCgroupSpec&);
  void release_disk(const std::string& task_id);
  // The container's writable directories, made for the task's project before anything is in them.
  Result<> make_writable(const ContainerSpec&, const std::string& directory);
  // Compiled once for each set of capabilities.
  Result<std::string> seccomp_program(const std::vector<std::string>& capabilities);
  Result<> mount_shared_memory(const ContainerSpec&);
  void unmount_shared_memory(const std::string& container_id);
  // Of one that has exited; error "Conflict" while it runs.
  Result<> forget_run(const std::string& container_id);
  std::unexpected<Error> give_up_start(const ContainerSpec&, Error);
  Result<> discard(const std::string& container_id);  // files and mounts of one that is not there (any more)
  Result<> kill_and_remove(const ContainerStatus&);
  void push(ContainerEvent);
  // While we live, output that waits in a pipe is not lost with a supervisor and the container's end.
  void hold_output(const std::string& container_id);
  void release_output(const std::string& container_id);

  const LinuxHostOptions options_;
  const NodePaths paths_;
  const Cgroups cgroups_;
  const std::string machine_;
  std::string apparmor_profile_;  // that containers get; empty: the host cannot have it
  CgroupWarmUp warm_up_{cgroups_};
  std::unique_ptr<Network> network_;
  std::unique_ptr<SupervisorLink> link_;
  Fd event_fd_;
  std::mutex events_mutex_;
  std::vector<ContainerEvent> events_;
  std::mutex seccomp_mutex_;
  std::map<std::vector<std::string>, std::string> seccomp_programs_;
  std::mutex output_mutex_;
  std::map<std::string, std::array<Fd, 2>> held_output_;
  std::shared_ptr<SpoolWatch> spool_watch_;  // made with the first reader
};

NodePaths paths_of(const LinuxHostOptions&);

}  // namespace slipway::runtime
