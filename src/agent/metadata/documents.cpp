#include "agent/metadata/documents.hpp"

#include <sys/timex.h>

#include <algorithm>

namespace slipway::agent {

namespace {

using wire::Value;

Value text_object(const std::map<std::string, std::string>& map) {
  Value out = Value::object();
  for (const auto& [name, value] : map) out.set(name, value);
  return out;
}

Value text_list(const std::vector<std::string>& items) {
  Value out = Value::list();
  for (const std::string& item : items) out.push_back(item);
  return out;
}

void set_time(Value& into, wire::Key key, Instant time) {
  if (time) into.set(std::move(key), iso8601_ms(time));
}

std::string_view known_status(const ContainerState& container) {
  switch (container.phase) {
    case ContainerState::Phase::waiting:
      return container.image_digest.empty() ? "NONE" : "PULLED";
    case ContainerState::Phase::starting:
      return "CREATED";
    case ContainerState::Phase::running:
      return "RUNNING";
    case ContainerState::Phase::stopped:
      return "STOPPED";
  }
  return "NONE";
}

std::string_view task_status(const TaskState& state) {
  auto all = [&state](ContainerState::Phase phase) {
    return std::ranges::all_of(state.containers,
                               [phase](const ContainerState& c) { return c.phase >= phase; });
  };
  if (all(ContainerState::Phase::stopped)) return "STOPPED";
  return all(ContainerState::Phase::running) ? "RUNNING" : "NONE";
}

// "172.31.0.1/20" → "172.31.0.0/20"
std::string subnet_of(const std::string& gateway) {
  unsigned a = 0, b = 0, c = 0, d = 0, bits = 0;
  if (std::sscanf(gateway.c_str(), "%u.%u.%u.%u/%u", &a, &b, &c, &d, &bits) != 5 || bits > 32) return "";
  std::uint32_t address = a << 24 | b << 16 | c << 8 | d;
  address &= bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
  return std::to_string(address >> 24) + "." + std::to_string(address >> 16 & 255) + "." +
         std::to_string(address >> 8 & 255) + "." + std::to_string(address & 255) + "/" +
         std::to_string(bits);
}

Value network_document(const TaskSpec& task, const ContainerState& container) {
  Value out = Value::object({{"NetworkMode", network_mode_name(task.network_mode)}});
  if (!task.network_interface) {
    if (!container.ip.empty()) out.set("IPv4Addresses", Value::list({container.ip}));
    return out;
  }
  const NetworkInterface& eni = *task.network_interface;
  out.set("IPv4Addresses", Value::list({eni.ip}));
  out.set("AttachmentIndex", 0);
  out.set("MACAddress", eni.mac);
  out.set("IPv4SubnetCIDRBlock", subnet_of(eni.gateway));
  if (!eni.dns_servers.empty()) out.set("DomainNameServers", text_list(eni.dns_servers));
  if (!eni.dns_search.empty()) out.set("DomainNameSearchList", text_list(eni.dns_search));
  if (!eni.private_dns_name.empty()) out.set("PrivateDNSName", eni.private_dns_name);
  out.set("SubnetGatewayIpv4Address", eni.gateway);
  return out;
}

// A range is told port by port, as the ECS agent does, which has them from Docker.
Value ports_document(const ContainerDefinition& definition, const ContainerState& container) {
  Value out = Value::list();
  for (const PortMapping& port : definition.ports)
    for (std::uint16_t i = 0; i < port.count; ++i) {
      Value one = Value::object({{"ContainerPort", port.container_port + i}, {"Protocol", port.protocol}});
      for (const runtime::PublishedPort& bound : container.ports)
        if (bound.container_port == port.container_port && bound.protocol == port.protocol) {
          one.set("HostPort", bound.host_port + i);
          one.set("HostIp", bound.host_ip);
        }
      out.push_back(std::move(one));
    }
  return out;
}

// What the kernel's clock discipline says of itself, as chrony or ntpd keep it.
Value clock_drift(Instant now) {
  timex clock{};
  int state = ::adjtimex(&clock);
  bool synchronized = state >= 0 && state != TIME_ERROR && !(clock.status & STA_UNSYNC);
  Value out = Value::object();
  if (synchronized) out.set("ClockErrorBound", static_cast<double>(clock.maxerror) / 1000);  // ms
  out.set("ReferenceTimestamp", iso8601_ms(now));
  out.set("ClockSynchronizationStatus", synchronized ? "SYNCHRONIZED" : "NOT_SYNCHRONIZED");
  return out;
}

// In MiB, as Fargate tells them.
Value storage_document(const TaskSpec& task, std::uint64_t used_bytes) {
  constexpr std::uint64_t mib = 1024 * 1024;
  return Value::object({{"Utilized", static_cast<std::int64_t>((used_bytes + mib - 1) / mib)},
                        {"Reserved", task.ephemeral_storage_gib * 1024}});
}

Value labels_document(const TaskSpec& task, const ContainerDefinition& definition) {
  Value out = text_object(definition.labels);
  out.set("com.amazonaws.ecs.cluster", task.cluster_arn.substr(task.cluster_arn.rfind('/') + 1));
  out.set("com.amazonaws.ecs.container-name", definition.name);
  out.set("com.amazonaws.ecs.task-arn", task.arn);
  out.set("com.amazonaws.ecs.task-definition-family", task.family);
  out.set("com.amazonaws.ecs.task-definition-version", task.revision);
  return out;
}

// The stock agent's HealthStatus; what is zero or empty is left out.
Value health_document(const Health& health) {
  Value out = Value::object({{"status", health_status_name(health.status)}});
  set_time(out, "statusSince", health.since);
  if (health.exit_code != 0) out.set("exitCode", health.exit_code);
  if (!health.output.empty()) out.set("output", health.output);
  return out;
}

}  // namespace

std::string docker_name(const TaskSpec& task, const TaskState& state, std::size_t i) {
  return "ecs-" + task.family + "-" + task.revision + "-" + task.containers[i].name + "-" +
         state.containers[i].id.substr(0, 12);
}

Value container_document(const TaskMachine& machine, std::size_t i) {
  const TaskSpec& task = machine.spec();
  const ContainerDefinition& definition = task.containers[i];
  const ContainerState& container = machine.state().containers[i];
  constexpr std::int64_t mib = 1024 * 1024;
  // The stock agent: Docker's least shares where the definition says none, and no memory where it has no
  // limit.
  Value limits = Value::object({{"CPU", std::max<std::int64_t>(definition.cpu_units, 2)}});
  if (std::int64_t memory = definition.memory_bytes / mib; memory > 0) limits.set("Memory", memory);
  Value out = Value::object({{"DockerId", container.id},
                             {"Name", definition.name},
                             {"DockerName", docker_name(task, machine.state(), i)},
                             {"Image", definition.image},
                             {"ImageID", container.image_id},
                             {"Labels", labels_document(task, definition)},
                             {"DesiredStatus", machine.state().stopping ? "STOPPED" : "RUNNING"},
                             {"KnownStatus", known_status(container)},
                             {"Limits", std::move(limits)}});
  if (container.exit_code) out.set("ExitCode", *container.exit_code);
  if (definition.restart_policy) out.set("RestartCount", container.restarts);
  set_time(out, "CreatedAt", container.created_at);
  set_time(out, "StartedAt", container.started_at);
  set_time(out, "FinishedAt", container.finished_at);
  if (definition.health_check) out.set("Health", health_document(container.health));
  out.set("Type", "NORMAL");
  if (!definition.arn.empty()) out.set("ContainerARN", definition.arn);
  out.set("LogDriver", definition.log.driver.empty() ? "json-file" : definition.log.driver);
  if (!definition.log.options.empty()) out.set("LogOptions", text_object(definition.log.options));
  if (!definition.ports.empty() && !task.network_interface)
    out.set("Ports", ports_document(definition, container));
  out.set("Networks", Value::list({network_document(task, container)}));
  if (task.launch_type == "FARGATE") out.set("Snapshotter", "overlayfs");
  return out;
}

Value task_document(const TaskMachine& machine, const std::string& cluster, bool with_tags,
                    std::optional<std::uint64_t> disk_bytes, Instant now) {
  const TaskSpec& task = machine.spec();
  const TaskState& state = machine.state();
  bool fargate = task.launch_type == "FARGATE";
  Value out = Value::object({{"Cluster", fargate ? task.cluster_arn : cluster},
                             {"TaskARN", task.arn},
                             {"Family", task.family},
                             {"Revision", task.revision},
                             {"DesiredStatus", state.stopping ? "STOPPED" : "RUNNING"},
                             {"KnownStatus", task_status(state)}});
  Value limits = Value::object();
  if (task.cpu_vcpus > 0) limits.set("CPU", task.cpu_vcpus);
  if (task.memory_mib > 0) limits.set("Memory", task.memory_mib);
  if (!limits.empty()) out.set("Limits", std::move(limits));
  set_time(out, "PullStartedAt", state.pull_started_at);
  set_time(out, "PullStoppedAt", state.pull_stopped_at);
  set_time(out, "ExecutionStoppedAt", state.execution_stopped_at);
  if (!task.availability_zone.empty()) out.set("AvailabilityZone", task.availability_zone);
  if (!task.launch_type.empty()) out.set("LaunchType", task.launch_type);
  if (!task.service_name.empty()) out.set("ServiceName", task.service_name);
  if (!task.group.empty()) out.set("Group", task.group);
  // Each where AWS's pages have it: the VPC on EC2, clock and storage on Fargate.
  if (!task.vpc_id.empty() && !fargate) out.set("VPCID", task.vpc_id);
  if (fargate) out.set("ClockDrift", clock_drift(now));
  if (fargate && disk_bytes && task.ephemeral_storage_gib > 0)
    out.set("EphemeralStorageMetrics", storage_document(task, *disk_bytes));
  if (with_tags) {
    if (!task.task_tags.empty()) out.set("TaskTags", text_object(task.task_tags));
    if (!task.container_instance_tags.empty())
      out.set("ContainerInstanceTags", text_object(task.container_instance_tags));
  }
  Value containers = Value::list();
  for (std::size_t i = 0; i < task.containers.size(); ++i)
    containers.push_back(container_document(machine, i));
  out.set("Containers", std::move(containers));
  out.set("FaultInjectionEnabled", false);
  return out;
}

Value credentials_document(const RoleCredentials& role) {
  return Value::object({{"RoleArn", role.role_arn},
                        {"AccessKeyId", role.access_key_id},
                        {"SecretAccessKey", role.secret_access_key},
                        {"Token", role.session_token},
                        {"Expiration", role.expiration}});
}

}  // namespace slipway::agent
