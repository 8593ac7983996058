#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "runtime/container.hpp"
#include "runtime/network.hpp"
#include "runtime/output.hpp"

namespace slipway::runtime {

struct Capacity {
  unsigned cpus = 0;
  std::int64_t memory_mib = 0;
  std::int64_t disk_mib = 0;  // of the file system that holds the node directory
  std::int64_t disk_free_mib = 0;
  std::string architecture;  // "x86_64", "arm64": ECS cpuArchitecture is X86_64 or ARM64
  std::string kernel;        // uname -r
  std::string os;            // "linux"
};

// One line of `slipway doctor`.
struct Check {
  enum class Verdict { ok, warn, fail };
  std::string name;
  Verdict verdict = Verdict::ok;
  std::string found;        // what is there
  std::string consequence;  // what will not work; empty when ok
  std::string remedy;       // what to do about it; empty when ok
};

struct ContainerEvent {
  enum class Kind {
    exited,                // `status` is final and on disk
    supervisor_restarted,  // the supervisor was gone and is back; list() again
    probed                 // of `status` only the ids are set
  };
  Kind kind = Kind::exited;
  ContainerStatus status;
  ProbeResult probe;
};

// A machine that runs containers. LinuxHost is the real one, FakeHost the one in memory.
//
// Every call blocks until it is done (milliseconds; run them on worker threads) and may be made from any
// thread. Creating what is there already, and deleting what is not, succeed: a caller that was killed just
// asks again. Error codes: "CannotCreateContainerError", "CannotStartContainerError" (Docker's and ECS's
// words in `message`), "ResourceInitializationError" (network, cgroup, mount), "PortTaken",
// "InvalidParameterException", "ResourceNotFoundException" (no such container, VPC), "Conflict" (still
// running), "HostError" (the rest).
class Host {
 public:
  virtual ~Host() = default;

  // Makes directories and the node's cgroup, starts the supervisor or finds it again, recovers networks. Call
  // it first and once; afterwards list() shows what survived.
  virtual Result<> prepare() = 0;
  virtual Capacity capacity() = 0;
  virtual std::vector<Check> doctor() = 0;

  virtual Result<VpcNetwork> ensure_vpc(const VpcSpec&) = 0;
  virtual Result<> delete_vpc(const std::string& vpc_id) = 0;
  // A namespace with lo and eth0 (ip/32, default route through the VPC's router), shared by the task's
  // containers.
  virtual Result<TaskNetwork> create_task_network(const TaskNetworkSpec&) = 0;
  virtual Result<> delete_task_network(const std::string& task_id) = 0;
  // Of a VPC that has a router here. Connections that are under way go on, whatever the rules say now.
  virtual Result<> change_security_groups(const std::string& vpc_id,
                                          std::span<const SecurityGroupChange> changes) = 0;
  // Of a task's network: whether its subnet has a way out now. Without one, connections under way end too.
  virtual Result<> change_way_out(const std::string& vpc_id, const std::string& task_id,
                                  bool reaches_outside) = 0;
  // Bridge mode: each container has its own namespace and address behind the node's bridge router.
  virtual Result<BridgeNetwork> create_bridge_network(const std::string& container_id) = 0;
  // Unpublishes its ports as well.
  virtual Result<> delete_bridge_network(const std::string& container_id) = 0;
  // All or none. The ports stay until unpublish_ports. Error "PortTaken" names the port.
  virtual Result<std::vector<PublishedPort>> publish_ports(const std::string& container_id,
                                                           std::span<const PortSpec>) = 0;
  virtual Result<> unpublish_ports(const std::string& container_id) = 0;
  // A listening TCP socket (close-on-exec, non-blocking) inside a VPC's router, or `bridge_router`. The
  // peer's address is the task's own (for tasks in the host's network: BridgeNetwork gateway side, the link's
  // host address). The caller owns the descriptor.
  virtual Result<int> open_listener(const std::string& vpc_id, const std::string& address,
                                    std::uint16_t port) = 0;
  // Of a container in this VPC (the router's forwarder), behind `bridge_router`, or, "", in the host's
  // network.
  virtual Resolvers resolvers(const std::string& vpc_id) = 0;

  virtual Result<> create_task_cgroup(const TaskCgroupSpec&) = 0;
  // Kills what is still in it.
  virtual Result<> delete_task_cgroup(const std::string& task_id) = 0;
  // What the task's containers have written and `directories` hold. Counts file by file where the file system
  // does not do it (enforced: false): not for every second.
  virtual Result<TaskDisk> task_disk(const std::string& task_id,
                                     std::span<const std::string> directories) = 0;

  // Returns once the process runs. Error "Conflict": there is one of this id; with `again`, one that runs.
  virtual Result<StartedContainer> start_container(const ContainerSpec&) = 0;
  // To its first process. Succeeds for a container that has exited.
  virtual Result<> signal_container(const std::string& container_id, int signal) = 0;
  // Runs probe_argv of a running container in it, as the container's own user and behind the same walls, and
  // returns at once. The end is an event; there is none where the container, or the supervisor, ends first.
  // Killed with its children after `timeout_ms`. Error "Conflict": it does not run, or is being probed.
  virtual Result<> probe(const std::string& container_id, std::int64_t timeout_ms) = 0;
  virtual Result<ContainerStatus> container(const std::string& container_id) = 0;
  // Running and exited ones, those of a life of ours before included, until they are removed.
  virtual Result<std::vector<ContainerStatus>> containers() = 0;
  // Its file system, output and exit status. Error "Conflict" while it runs.
  virtual Result<> remove_container(const std::string& container_id) = 0;
  virtual Result<ContainerStats> stats(const std::string& container_id) = 0;
  virtual Result<std::unique_ptr<OutputReader>> output(const std::string& container_id,
                                                       std::uint64_t offset) = 0;

  // Readable (poll, epoll) while events wait; owned by the host. Events are hints: containers() is the truth.
  virtual int event_fd() = 0;
  // Takes what waits, never blocks.
  virtual std::vector<ContainerEvent> take_events() = 0;

  // Removes every container, namespace, cgroup and port of this node that belongs to no task of `keep`.
  virtual Result<> sweep(std::span<const std::string> keep_task_ids) = 0;
  // Removes everything of this node, the supervisor, routers and tables included. prepare() may follow.
  virtual Result<> destroy() = 0;
};

}  // namespace slipway::runtime
