#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "runtime/host.hpp"

namespace slipway::runtime {

// What a container of FakeHost does. The default runs until it is signalled and then exits with 143.
struct FakeScript {
  Error start_error;                // code not empty: start_container fails with it
  std::int64_t start_delay_ms = 0;  // start_container takes this long
  std::int64_t run_ms = -1;         // exits by itself after this; -1: never
  int exit_code = 0;                // then
  bool oom_killed = false;          // exits as OOM-killed (exit code 137)
  bool ignores_term = false;        // only SIGKILL ends it
  std::int64_t term_delay_ms = 0;   // from SIGTERM to exit
  int term_exit_code = 143;
  std::string output;  // on stdout at its start
};

// A host in memory, deterministic, driven by the caller's clock: time passes only in tick().
class FakeHost final : public Host {
 public:
  // `sleep` lets virtual time pass while a start is slow; without it slow starts take no time of the
  // caller's.
  explicit FakeHost(Clock&, std::function<void(std::int64_t ms)> sleep = {});
  ~FakeHost() override;

  // Chooses the script of every later start; the default returns FakeScript{}.
  std::function<FakeScript(const ContainerSpec&)> script;
  // What probe() finds, at once; the default is success.
  std::function<ProbeResult(const ContainerSpec&)> probe_result;
  Capacity fake_capacity;
  std::vector<Check> fake_checks;
  std::map<std::string, TaskDisk> fake_disks;  // by task

  // Lets everything happen that is due by now; call it after the clock moved.
  void tick();
  // When the next thing happens by itself; zero: nothing will.
  Instant next_due();
  // The process ends from outside, at once.
  void kill_container(const std::string& container_id, int exit_code, bool oom_killed);
  // The next call named so ("ensure_vpc", "start_container" …) fails with this error.
  void fail_next(const std::string& call, Error);
  // What was asked for, for tests: the spec of a container that is known; signals that it got.
  const ContainerSpec* spec(const std::string& container_id);
  std::vector<int> signals(const std::string& container_id);
  void append_output(const std::string& container_id, OutputRecord::Stream, const std::string& data);
  std::size_t task_networks();
  std::size_t task_cgroups();
  std::size_t published_ports();

  Result<> prepare() override;
  Capacity capacity() override;
  std::vector<Check> doctor() override;
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
  // A socket on 127.0.0.1, any port: the real address is not there.
  Result<int> open_listener(const std::string& vpc_id, const std::string& address,
                            std::uint16_t port) override;
  Resolvers resolvers(const std::string& vpc_id) override;
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
  int event_fd() override;
  std::vector<ContainerEvent> take_events() override;
  // As they came, and the groups of a task's network.
  std::vector<SecurityGroupChange> group_changes();
  std::optional<std::vector<std::string>> groups_of(const std::string& task_id);
  bool reaches_outside(const std::string& task_id);
  std::vector<std::string> blocks_of(const std::string& vpc_id);
  Result<> sweep(std::span<const std::string> keep_task_ids) override;
  Result<> destroy() override;

 private:
  struct Container;
  class Reader;
  Result<> injected(const std::string& call);
  void finish(Container&, Instant at, int exit_code, bool oom_killed);
  void append_locked(Container&, OutputRecord::Stream, const std::string& data);
  void tick_locked();
  void wake();

  Clock& clock_;
  std::function<void(std::int64_t)> sleep_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Container>> containers_;
  std::map<std::string, std::vector<Error>> injected_;
  std::map<std::string, VpcSpec> vpcs_;
  std::map<std::string, TaskNetworkSpec> task_networks_;
  std::vector<SecurityGroupChange> group_changes_;
  std::map<std::string, BridgeNetwork> bridge_networks_;
  std::map<std::string, std::vector<PublishedPort>> ports_;
  std::set<std::string> task_cgroups_;
  std::vector<ContainerEvent> events_;
  std::int64_t next_pid_ = 1000;
  unsigned next_bridge_ip_ = 2;
  std::uint16_t next_port_ = 32768;
  int event_fd_ = -1;
};

}  // namespace slipway::runtime
