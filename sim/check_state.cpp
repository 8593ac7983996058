#include "sim/check_state.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/cidr.hpp"
#include "core/turn.hpp"

namespace slipway::sim {
namespace {

using core::State;
using core::ecs::Task;
using core::host::Claims;
using core::host::Host;

constexpr std::string_view statuses[] = {"PROVISIONING", "PENDING",  "ACTIVATING",     "RUNNING",
                                         "DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED"};

struct Sum {
  std::int64_t cpu_units = 0, memory_mib = 0, pending = 0, running = 0;
  std::multiset<std::int64_t> tcp, udp;
  std::set<std::pair<std::string, std::int64_t>> asked;  // ports that placement promised
  std::string twice;
};

// A port that placement promised has no address yet; one that the node chose has.
void add_ports(Sum& sum, const Task& task, const Host& host) {
  for (const auto& port : task.host_ports) {
    const bool udp = port.protocol == "udp";
    for (auto number = port.host_port; number <= std::max(port.host_port, port.host_port_last); ++number)
      (udp ? sum.udp : sum.tcp).insert(number);
    if (!port.bind_ip.empty()) continue;
    const auto& reserved = udp ? host.reserved_udp_ports : host.reserved_tcp_ports;
    const bool taken = std::ranges::find(reserved, port.host_port) != reserved.end();
    if (taken || !sum.asked.emplace(udp ? "udp" : "tcp", port.host_port).second)
      sum.twice = std::to_string(port.host_port);
  }
}

std::string of(const Task& task, const std::string& what) {
  return "task " + task.key() + " (" + task.last_status + ", version " + std::to_string(task.version) +
         "): " + what;
}

Wrong check_times(const Task& task) {
  const bool stopped = task.stopped();
  if (bool(task.stopped_at) != stopped) return of(task, "stoppedAt and STOPPED disagree");
  if (stopped && task.stop_code.empty()) return of(task, "stopped without a stopCode");
  if (task.desired_status == "STOPPED" && !task.stopping_at) return of(task, "its end is wanted since never");
  if (task.stopping_at && task.stopping_at < task.created_at)
    return of(task, "stopping before it was created");
  if (task.started_at && task.started_at < task.created_at) return of(task, "started before it was created");
  if (stopped && task.stopped_at < std::max(task.started_at, task.stopping_at))
    return of(task, "stopped too early");
  if (task.last_status == "RUNNING" && !task.started_at) return of(task, "runs without having started");
  return std::nullopt;
}

Wrong check_containers(const Task& task) {
  for (const auto& container : task.containers) {
    const std::string& status = container.last_status;
    if (status != "PENDING" && status != "RUNNING" && status != "STOPPED")
      return of(task, "container " + container.name + " has the status " + status);
    if (task.stopped() && status != "STOPPED")
      return of(task, "container " + container.name + " outlives it");
  }
  return std::nullopt;
}

Wrong check_task(const Task& task) {
  if (rank_of(task.last_status) < 0) return of(task, "no such status");
  if (task.desired_status != "RUNNING" && task.desired_status != "STOPPED")
    return of(task, "its desired status is " + task.desired_status);
  if (rank_of(task.last_status) > rank_of("RUNNING") && task.desired_status != "STOPPED")
    return of(task, "on its way down, though it should run");
  if (auto wrong = check_times(task)) return wrong;
  return check_containers(task);
}

}  // namespace

int rank_of(std::string_view last_status) {
  const auto* at = std::ranges::find(statuses, last_status);
  return at == std::end(statuses) ? -1 : int(at - statuses);
}

Wrong check_hosts(const State& state) {
  std::map<std::string, Sum> sums;
  for (const auto& [key, task] : state.tasks.rows()) {
    if (task->stopped()) continue;
    const Host* host = state.hosts.find(Host::key_of(task->host_id));
    if (!host) return of(*task, "its host " + task->host_id + " is not there");
    if (task->cpu_units < 0 || task->memory_mib < 0) return of(*task, "it claims less than nothing");
    Sum& sum = sums[task->host_id];
    sum.cpu_units += task->cpu_units;
    sum.memory_mib += task->memory_mib;
    (task->last_status == "RUNNING" ? sum.running : sum.pending) += 1;
    add_ports(sum, *task, *host);
  }
  for (const auto& [key, host] : state.hosts.rows()) {
    const Sum& sum = sums[host->id];
    const Claims& claims = state.ledger.of(host->id);
    const std::string where = "host " + host->id + ": ";
    if (sum.cpu_units > host->cpu_units) return where + "more CPU is promised than it has";
    if (sum.memory_mib > host->memory_mib) return where + "more memory is promised than it has";
    if (!sum.twice.empty()) return where + "port " + sum.twice + " is promised twice";
    const Claims expected{sum.cpu_units, sum.memory_mib, sum.pending, sum.running, sum.tcp, sum.udp};
    if (claims != expected) return where + "the ledger is not the sum of its tasks";
  }
  return std::nullopt;
}

Wrong check_interfaces(const State& state) {
  std::set<std::string> addresses;
  for (const auto& [key, interface] : state.network_interfaces.rows()) {
    if (!addresses.insert(interface->realm.prefix() + interface->vpc_id + "/" + interface->private_ip).second)
      return "address " + interface->private_ip + " is given twice in " + interface->vpc_id;
    const auto* subnet =
        state.subnets.find(core::ec2::Subnet::key_of(interface->realm, interface->subnet_id));
    const auto block = subnet ? Ipv4Cidr::parse(subnet->cidr) : std::nullopt;
    const auto address = Ipv4::parse(interface->private_ip);
    if (!block || !address || !block->contains(*address)) return key + " has an address outside its subnet";
    if (interface->task_key.empty()) continue;  // a user's own, or a NAT gateway's
    const Task* task = state.tasks.find(interface->task_key);
    if (!task || task->stopped()) return key + " belongs to no task: " + interface->task_key;
    if (task->network_interface_id != interface->id) return key + " belongs to a task with another interface";
  }
  for (const auto& [key, task] : state.tasks.rows()) {
    if (task->network_mode != "awsvpc") continue;
    const bool there = state.network_interfaces.find(core::ec2::NetworkInterface::key_of(
                           task->realm, task->network_interface_id)) != nullptr;
    if (there == task->stopped()) return of(*task, there ? "it keeps its interface" : "it has no interface");
    if (task->stopped() && task->attachment_status != "DELETED")
      return of(*task, "its attachment is not DELETED");
  }
  return std::nullopt;
}

Wrong check_tasks(const State& state) {
  for (const auto& [key, task] : state.tasks.rows())
    if (auto wrong = check_task(*task)) return wrong;
  return std::nullopt;
}

Wrong check_references(const State& state) {
  for (const auto& [key, task] : state.tasks.rows()) {
    if (!state.task_definitions.find(
            core::ecs::TaskDefinition::key_of(task->realm, task->family, task->revision)))
      return of(*task, "its definition is not there");
    const auto* cluster = state.clusters.find(core::ecs::Cluster::key_of(task->realm, task->cluster));
    if (!cluster || (!task->stopped() && cluster->status != "ACTIVE"))
      return of(*task, "its cluster is not there");
    if (!task->container_instance_id.empty() &&
        !state.container_instances.find(
            core::ecs::ContainerInstance::key_of(task->realm, task->container_instance_id)))
      return of(*task, "its container instance is not there");
  }
  for (const auto& [key, instance] : state.container_instances.rows()) {
    if (!state.hosts.find(Host::key_of(instance->host_id))) return key + ": its host is not there";
    const auto* cluster = state.clusters.find(core::ecs::Cluster::key_of(instance->realm, instance->cluster));
    if (!cluster || (instance->status != "INACTIVE" && cluster->status != "ACTIVE"))
      return key + ": its cluster is not there";
  }
  for (const auto& [key, definition] : state.task_definitions.rows()) {
    const auto* family = state.task_definition_families.find(
        core::ecs::TaskDefinitionFamily::key_of(definition->realm, definition->family));
    if (!family || family->last_revision < definition->revision)
      return key + ": its family counts fewer revisions";
  }
  for (const auto& key : state.connected_instances) {
    const auto* instance = state.container_instances.find(key);
    if (!instance || instance->status == "INACTIVE")
      return key + " is connected, though it is not registered";
  }
  for (const auto& [key, told] : state.groups_told)
    if (!state.connected_instances.contains(key))
      return key + " was told security groups, and is not connected";
  for (const auto& [key, access_key] : state.access_keys.rows())
    if (!access_key->user_name.empty() &&
        !state.users.find(core::iam::User::key_of(access_key->account, access_key->user_name)))
      return key + ": its user is not there";
  return std::nullopt;
}

Wrong check_state(const State& state) {
  for (auto* check : {check_hosts, check_interfaces, check_tasks, check_references})
    if (auto wrong = check(state)) return wrong;
  return std::nullopt;
}

Wrong check_rebuild(State& state) {
  State fresh;
  Wrong wrong;
  for (core::TableBase* table : state.tables()) {
    core::TableBase* other = fresh.table(table->kind());
    table->each_key([&](std::string_view key) {
      const std::string bytes = *table->encoded(key);
      if (!other->load(key, bytes))
        wrong = "the row " + core::row_of(*table, key) + " cannot be read back";
      else if (other->encoded(key) != bytes)
        wrong = "the row " + core::row_of(*table, key) + " changes when it is read and written";
    });
    if (!wrong && !table->same_indexes(*other))
      wrong = "the indexes of " + std::string(table->kind()) + " are not those of its rows";
    if (wrong) return wrong;
  }
  if (!(fresh.ledger == state.ledger)) return "the ledger is not that of a state loaded from the same rows";
  return std::nullopt;
}

}  // namespace slipway::sim
