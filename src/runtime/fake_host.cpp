#include "runtime/fake_host.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "base/check.hpp"
#include "base/limits.hpp"
#include "runtime/fake_host_impl.hpp"
#include "runtime/system/files.hpp"

namespace slipway::runtime {

FakeHost::FakeHost(Clock& clock, std::function<void(std::int64_t)> sleep)
    : clock_(clock), sleep_(std::move(sleep)), event_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  check(event_fd_ >= 0, "eventfd");
  fake_capacity = {.cpus = 2,
                   .memory_mib = 4'096,
                   .disk_mib = 65'536,
                   .disk_free_mib = 32'768,
                   .architecture = "x86_64",
                   .kernel = "0.0.0-fake",
                   .os = "linux"};
}

FakeHost::~FakeHost() {
  ::close(event_fd_);
}

void FakeHost::wake() {
  const std::uint64_t one = 1;
  (void)!::write(event_fd_, &one, sizeof one);
}

void FakeHost::fail_next(const std::string& call, Error error) {
  std::lock_guard lock(mutex_);
  injected_[call].push_back(std::move(error));
}

Result<> FakeHost::injected(const std::string& call) {
  auto found = injected_.find(call);
  if (found == injected_.end() || found->second.empty()) return {};
  Error error = std::move(found->second.front());
  found->second.erase(found->second.begin());
  return std::unexpected(std::move(error));
}

Result<> FakeHost::prepare() {
  std::lock_guard lock(mutex_);
  return injected("prepare");
}

Capacity FakeHost::capacity() {
  return fake_capacity;
}
std::vector<Check> FakeHost::doctor() {
  return fake_checks;
}
int FakeHost::event_fd() {
  return event_fd_;
}

std::vector<ContainerEvent> FakeHost::take_events() {
  std::lock_guard lock(mutex_);
  std::uint64_t count;
  (void)!::read(event_fd_, &count, sizeof count);
  return std::exchange(events_, {});
}

Result<VpcNetwork> FakeHost::ensure_vpc(const VpcSpec& spec) {
  std::lock_guard lock(mutex_);
  if (auto ok = injected("ensure_vpc"); !ok) return pass(ok);
  vpcs_[spec.vpc_id] = spec;
  return VpcNetwork{.router_netns_path = "/fake/netns/" + spec.vpc_id,
                    .router_address = "169.254.176.1",
                    .host_address = "169.254.176.0",
                    .host_routed_cidrs = spec.cidrs};
}

Result<> FakeHost::delete_vpc(const std::string& vpc_id) {
  std::lock_guard lock(mutex_);
  if (auto ok = injected("delete_vpc"); !ok) return ok;
  vpcs_.erase(vpc_id);
  return {};
}

Result<TaskNetwork> FakeHost::create_task_network(const TaskNetworkSpec& spec) {
  std::lock_guard lock(mutex_);
  if (auto ok = injected("create_task_network"); !ok) return pass(ok);
  if (!vpcs_.contains(spec.vpc_id))
    return fail("ResourceNotFoundException", "This node has no router of VPC " + spec.vpc_id + ".");
  task_networks_[spec.task_id] = spec;
  return TaskNetwork{"/fake/netns/task-" + spec.task_id};
}

Result<> FakeHost::change_security_groups(const std::string& vpc_id,
                                          std::span<const SecurityGroupChange> changes) {
  std::lock_guard lock(mutex_);
  if (auto ok = injected("change_security_groups"); !ok) return ok;
  if (!vpcs_.contains(vpc_id))
    return fail("ResourceNotFoundException", "This node has no router of VPC " + vpc_id + ".");
  group_changes_.insert(group_changes_.end(), changes.begin(), changes.end());
  return {};
}

Result<> FakeHost::change_way_out(const std::string& vpc_id, const std::string& task_id,
                                  bool reaches_outside) {
  std::lock_guard lock(mutex_);
  if (auto ok = injected("change_way_out"); !ok) return ok;
  if (!vpcs_.contains(vpc_id))
    return fail("ResourceNotFoundException", "This node has no router of VPC " + vpc_id + ".");
  if (auto found = task_networks_.find(task_id); found != task_networks_.end())
    found->second.reaches_outside = reaches_outside;
  return {};
}

bool FakeHost::reaches_outside(const std::string& task_id) {
  std::lock_guard lock(mutex_);
  auto found = task_networks_.find(task_id);
  return found != task_networks_.end() && found->second.reaches_outside;
}

std::vector<std::string> FakeHost::blocks_of(const std::string& vpc_id) {
  std::lock_guard lock(mutex_);
  auto found = vpcs_.find(vpc_id);
  return found == vpcs_.end() ? std::vector<std::string>() : found->second.cidrs;
}

std::vector<SecurityGroupChange> FakeHost::group_changes() {
  std::lock_guard lock(mutex_);
  return group_changes_;
}

std::optional<std::vector<std::string>> FakeHost::groups_of(const std::string& task_id) {
  std::lock_guard lock(mutex_);
  auto found = task_networks_.find(task_id);
  return found == task_networks_.end() ? std::nullopt : found->second.security_groups;
}

Result<> FakeHost::delete_task_network(const std::string& task_id) {
  std::lock_guard lock(mutex_);
  if (auto ok = injected("delete_task_network"); !ok) return ok;
  task_networks_.erase(task_id);
  return {};
}

Result<BridgeNetwork> FakeHost::create_bridge_network(const std::string& container_id) {
  std::lock_guard lock(mutex_);
  if (auto ok = injected("create_bridge_network"); !ok) return pass(ok);
  auto found = bridge_networks_.find(container_id);
  if (found == bridge_networks_.end()) {
    const unsigned at = next_bridge_ip_++;
    const std::string ip = "172.17." + std::to_string(at / 256) + "." + std::to_string(at % 256);
    found = bridge_networks_
                .emplace(container_id, BridgeNetwork{"/fake/netns/bridge-" + container_id, ip, "172.17.0.1"})
                .first;
  }
  return found->second;
}

Result<> FakeHost::delete_bridge_network(const std::string& container_id) {
  std::lock_guard lock(mutex_);
  if (auto ok = injected("delete_bridge_network"); !ok) return ok;
  bridge_networks_.erase(container_id);
  ports_.erase(container_id);
  return {};
}

Result<std::vector<PublishedPort>> FakeHost::publish_ports(const std::string& container_id,
                                                           std::span<const PortSpec> specs) {
  std::lock_guard lock(mutex_);
  if (auto ok = injected("publish_ports"); !ok) return pass(ok);
  if (auto found = ports_.find(container_id); found != ports_.end()) return found->second;
  std::vector<PublishedPort> published;
  const auto taken = [&](const std::string& protocol, std::uint16_t port) {
    const auto same = [&](const PublishedPort& p) {
      return p.protocol == protocol && p.host_port <= port && port < p.host_port + p.count;
    };
    return std::ranges::any_of(published, same) || std::ranges::any_of(ports_, [&](const auto& entry) {
             return std::ranges::any_of(entry.second, same);
           });
  };
  for (const PortSpec& spec : specs) {
    std::uint16_t port = spec.host_port;
    if (port == 0) {
      for (std::uint16_t free = 0; free < spec.count;)
        free = taken(spec.protocol, next_port_++) ? std::uint16_t(0) : std::uint16_t(free + 1);
      port = std::uint16_t(next_port_ - spec.count);
    } else if (taken(spec.protocol, port))
      return fail("PortTaken",
                  "Bind for 0.0.0.0:" + std::to_string(port) + " failed: port is already allocated");
    published.push_back({spec.host_ip.empty() ? "0.0.0.0" : spec.host_ip, port, spec.container_port,
                         spec.protocol, spec.count});
  }
  return ports_[container_id] = published;
}

Result<> FakeHost::unpublish_ports(const std::string& container_id) {
  std::lock_guard lock(mutex_);
  if (auto ok = injected("unpublish_ports"); !ok) return ok;
  ports_.erase(container_id);
  return {};
}

Result<int> FakeHost::open_listener(const std::string&, const std::string&, std::uint16_t) {
  std::lock_guard lock(mutex_);
  if (auto ok = injected("open_listener"); !ok) return pass(ok);
  Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in local{.sin_family = AF_INET};
  local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (!listener || ::bind(listener.get(), reinterpret_cast<sockaddr*>(&local), sizeof local) != 0 ||
      ::listen(listener.get(), 64) != 0)
    return fail_errno("listener");
  return listener.release();
}

Resolvers FakeHost::resolvers(const std::string&) {
  return {.servers = {"192.0.2.53"}, .search = {}, .note = {}};
}

Result<> FakeHost::create_task_cgroup(const TaskCgroupSpec& spec) {
  std::lock_guard lock(mutex_);
  if (auto ok = injected("create_task_cgroup"); !ok) return ok;
  task_cgroups_.insert(spec.task_id);
  return {};
}

Result<TaskDisk> FakeHost::task_disk(const std::string& task_id, std::span<const std::string>) {
  std::lock_guard lock(mutex_);
  if (auto ok = injected("task_disk"); !ok) return pass(ok);
  auto found = fake_disks.find(task_id);
  return found == fake_disks.end() ? TaskDisk{} : found->second;
}

Result<> FakeHost::delete_task_cgroup(const std::string& task_id) {
  std::lock_guard lock(mutex_);
  if (auto ok = injected("delete_task_cgroup"); !ok) return ok;
  for (auto& [id, container] : containers_)
    if (container->spec.task_id == task_id && !container->status.exit)
      finish(*container, clock_.now(), 128 + SIGKILL, false);
  task_cgroups_.erase(task_id);
  return {};
}

Result<> FakeHost::sweep(std::span<const std::string> keep) {
  std::lock_guard lock(mutex_);
  if (auto ok = injected("sweep"); !ok) return ok;
  const auto kept = [&](const std::string& task) { return std::ranges::find(keep, task) != keep.end(); };
  std::erase_if(containers_, [&](const auto& entry) { return !kept(entry.second->spec.task_id); });
  std::erase_if(task_networks_, [&](const auto& entry) { return !kept(entry.first); });
  std::erase_if(task_cgroups_, [&](const std::string& task) { return !kept(task); });
  std::erase_if(bridge_networks_, [&](const auto& entry) { return !containers_.contains(entry.first); });
  std::erase_if(ports_, [&](const auto& entry) { return !containers_.contains(entry.first); });
  return {};
}

Result<> FakeHost::destroy() {
  if (auto swept = sweep({}); !swept) return swept;
  std::lock_guard lock(mutex_);
  vpcs_.clear();
  return {};
}

std::size_t FakeHost::task_networks() {
  std::lock_guard lock(mutex_);
  return task_networks_.size();
}

std::size_t FakeHost::task_cgroups() {
  std::lock_guard lock(mutex_);
  return task_cgroups_.size();
}

std::size_t FakeHost::published_ports() {
  std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (const auto& [container, ports] : ports_) count += ports.size();
  return count;
}

}  // namespace slipway::runtime
