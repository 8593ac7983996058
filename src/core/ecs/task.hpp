#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/fields.hpp"

namespace slipway::core::ecs {

struct NetworkBinding {
  std::string bind_ip;
  std::int64_t container_port = 0;
  std::int64_t host_port = 0;
  std::string protocol;
  // Of a range (containerPortRange), whose first ports stand above; 0: it is one port.
  std::int64_t container_port_last = 0;
  std::int64_t host_port_last = 0;
  UnknownFields unknown;

  bool operator==(const NetworkBinding&) const = default;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "bind_ip", self.bind_ip);
    visit(2, "container_port", self.container_port);
    visit(3, "host_port", self.host_port);
    visit(4, "protocol", self.protocol);
    visit(5, "container_port_last", self.container_port_last);
    visit(6, "host_port_last", self.host_port_last);
  }
};

// A container of a task (ECS API reference, "Container").
struct Container {
  std::string id;  // last part of its ARN
  std::string name;
  std::string image;
  std::string image_digest;
  std::string runtime_id;
  std::string last_status;  // PENDING, RUNNING, STOPPED
  std::optional<std::int64_t> exit_code;
  std::string reason;
  std::vector<NetworkBinding> bindings;
  std::string health_status;  // UNKNOWN, HEALTHY, UNHEALTHY
  std::int64_t cpu_units = 0;
  std::int64_t memory_mib = 0;
  std::int64_t memory_reservation_mib = 0;
  bool essential = false;
  bool has_health_check = false;
  UnknownFields unknown;

  bool operator==(const Container&) const = default;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "id", self.id);
    visit(2, "name", self.name);
    visit(3, "image", self.image);
    visit(4, "image_digest", self.image_digest);
    visit(5, "runtime_id", self.runtime_id);
    visit(6, "last_status", self.last_status);
    visit(7, "exit_code", self.exit_code);
    visit(8, "reason", self.reason);
    visit(9, "bindings", self.bindings);
    visit(10, "health_status", self.health_status);
    visit(11, "cpu_units", self.cpu_units);
    visit(12, "memory_mib", self.memory_mib);
    visit(13, "memory_reservation_mib", self.memory_reservation_mib);
    visit(14, "essential", self.essential);
    visit(15, "has_health_check", self.has_health_check);
  }
};

// A task (ECS API reference, "Task"; life: developer guide, "Task lifecycle").
struct Task {
  static constexpr std::string_view kind = "ecs-task";

  Realm realm;
  std::string id;  // 32 hex digits
  std::string cluster;
  std::string family;
  std::int64_t revision = 0;
  std::string
      last_status;  // PROVISIONING PENDING ACTIVATING RUNNING DEACTIVATING STOPPING DEPROVISIONING STOPPED
  std::string desired_status;  // RUNNING, STOPPED
  std::int64_t version = 0;    // +1 at every change that a client can see
  std::string launch_type;     // EC2, FARGATE, EXTERNAL
  std::string host_id;         // whose ledger carries the task; empty before placement
  std::string container_instance_id;
  std::string network_mode;
  std::vector<Container> containers;
  std::string network_interface_id;                                   // awsvpc
  std::string subnet_id, private_ip, mac_address, availability_zone;  // … kept when the interface is gone
  std::string attachment_id;                                          // awsvpc
  std::string attachment_status;  // PRECREATED, ATTACHING, ATTACHED, DETACHED, DELETED
  std::int64_t cpu_units = 0;     // what the task claims on its host
  std::int64_t memory_mib = 0;
  std::string group;
  std::string started_by;
  std::string overrides;  // TaskOverride as JSON text, as it was given
  std::string platform_version;
  std::string stop_code;
  std::string stopped_reason;
  std::map<std::string, std::string> tags;
  std::string task_role_arn;
  std::string execution_role_arn;
  std::string credentials_id;
  Instant credentials_expire_at;  // of the role sessions that the node holds
  bool enable_execute_command = false;
  bool task_cpu_given = false;     // the definition or an override has task-level cpu
  bool task_memory_given = false;  // … memory
  Instant created_at, pull_started_at, pull_stopped_at, connectivity_at, started_at;
  Instant stopping_at, execution_stopped_at, stopped_at;
  std::int64_t ephemeral_storage_gib = 0;
  std::vector<NetworkBinding>
      host_ports;  // taken on the host: asked for at placement, or reported by the node
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view id) {
    return realm.prefix() + std::string(id);
  }
  std::string key() const { return key_of(realm, id); }
  std::string arn() const { return realm.arn("ecs", "task/" + cluster + "/" + id); }
  std::string container_arn(const Container& container) const {
    return realm.arn("ecs", "container/" + cluster + "/" + id + "/" + container.id);
  }
  bool stopped() const { return last_status == "STOPPED"; }
  template <class Emit>
  void indexes(Emit&& emit) const {
    emit("cluster", realm.prefix() + cluster);
    if (!stopped()) emit("host", host_id);
    if (!container_instance_id.empty()) emit("container-instance", realm.prefix() + container_instance_id);
    if (stopped()) emit("stopped", "");
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "id", self.id);
    visit(3, "cluster", self.cluster);
    visit(4, "family", self.family);
    visit(5, "revision", self.revision);
    visit(6, "last_status", self.last_status);
    visit(7, "desired_status", self.desired_status);
    visit(8, "version", self.version);
    visit(9, "launch_type", self.launch_type);
    visit(10, "host_id", self.host_id);
    visit(11, "container_instance_id", self.container_instance_id);
    visit(12, "network_mode", self.network_mode);
    visit(13, "containers", self.containers);
    visit(14, "network_interface_id", self.network_interface_id);
    visit(15, "attachment_id", self.attachment_id);
    visit(16, "attachment_status", self.attachment_status);
    visit(17, "cpu_units", self.cpu_units);
    visit(18, "memory_mib", self.memory_mib);
    visit(19, "group", self.group);
    visit(20, "started_by", self.started_by);
    visit(21, "overrides", self.overrides);
    visit(22, "platform_version", self.platform_version);
    visit(23, "stop_code", self.stop_code);
    visit(24, "stopped_reason", self.stopped_reason);
    visit(25, "tags", self.tags);
    visit(26, "task_role_arn", self.task_role_arn);
    visit(27, "execution_role_arn", self.execution_role_arn);
    visit(28, "credentials_id", self.credentials_id);
    visit(29, "enable_execute_command", self.enable_execute_command);
    visit(30, "task_cpu_given", self.task_cpu_given);
    visit(31, "task_memory_given", self.task_memory_given);
    visit(32, "created_at", self.created_at);
    visit(33, "pull_started_at", self.pull_started_at);
    visit(34, "pull_stopped_at", self.pull_stopped_at);
    visit(35, "connectivity_at", self.connectivity_at);
    visit(36, "started_at", self.started_at);
    visit(37, "stopping_at", self.stopping_at);
    visit(38, "execution_stopped_at", self.execution_stopped_at);
    visit(39, "stopped_at", self.stopped_at);
    visit(40, "ephemeral_storage_gib", self.ephemeral_storage_gib);
    visit(41, "host_ports", self.host_ports);
    visit(42, "subnet_id", self.subnet_id);
    visit(43, "private_ip", self.private_ip);
    visit(44, "mac_address", self.mac_address);
    visit(45, "availability_zone", self.availability_zone);
    visit(46, "credentials_expire_at", self.credentials_expire_at);
  }
};

}  // namespace slipway::core::ecs
