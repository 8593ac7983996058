#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/fields.hpp"

namespace slipway::core::ecs {

struct PortMapping {
  std::int64_t container_port = 0;
  std::int64_t host_port = 0;  // 0: chosen by the node when the container starts
  std::string protocol;        // "tcp" or "udp"
  UnknownFields unknown;

  bool operator==(const PortMapping&) const = default;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "container_port", self.container_port);
    visit(2, "host_port", self.host_port);
    visit(3, "protocol", self.protocol);
  }
};

// What placement and the task's lifecycle need of a container definition; everything else is in the document.
struct ContainerDefinition {
  std::string name;
  std::string image;
  bool essential = false;
  std::int64_t cpu_units = 0;
  std::int64_t memory_mib = 0;              // hard limit; 0: none
  std::int64_t memory_reservation_mib = 0;  // soft limit; 0: none
  std::vector<PortMapping> ports;
  bool has_health_check = false;
  UnknownFields unknown;

  bool operator==(const ContainerDefinition&) const = default;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "name", self.name);
    visit(2, "image", self.image);
    visit(3, "essential", self.essential);
    visit(4, "cpu_units", self.cpu_units);
    visit(5, "memory_mib", self.memory_mib);
    visit(6, "memory_reservation_mib", self.memory_reservation_mib);
    visit(7, "ports", self.ports);
    visit(8, "has_health_check", self.has_health_check);
  }
};

// One revision of a family (ECS API reference, "TaskDefinition").
struct TaskDefinition {
  static constexpr std::string_view kind = "ecs-task-definition";

  Realm realm;
  std::string family;
  std::int64_t revision = 0;
  std::string status;  // ACTIVE, INACTIVE, DELETE_IN_PROGRESS
  std::string network_mode;
  std::vector<std::string> requires_compatibilities;
  std::vector<std::string> compatibilities;
  std::int64_t cpu_units = 0;   // task level; 0: not given
  std::int64_t memory_mib = 0;  // task level; 0: not given
  std::string task_role_arn;
  std::string execution_role_arn;
  std::vector<ContainerDefinition> containers;
  std::string document;  // the whole definition as DescribeTaskDefinition gives it back, as JSON text
  std::map<std::string, std::string> tags;
  Instant registered_at;
  Instant deregistered_at;
  std::string registered_by;
  UnknownFields unknown;

  // Revisions sort by number within their family: ten digits hold any that a family will reach.
  static std::string key_of(const Realm& realm, std::string_view family, std::int64_t revision) {
    std::string number = std::to_string(revision);
    return realm.prefix() + std::string(family) + ":" + std::string(10 - number.size(), '0') + number;
  }
  std::string key() const { return key_of(realm, family, revision); }
  std::string arn() const {
    return realm.arn("ecs", "task-definition/" + family + ":" + std::to_string(revision));
  }
  template <class Emit>
  void indexes(Emit&& emit) const {
    emit("family", realm.prefix() + family);
    if (status == "DELETE_IN_PROGRESS") emit("deleting", "");
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "family", self.family);
    visit(3, "revision", self.revision);
    visit(4, "status", self.status);
    visit(5, "network_mode", self.network_mode);
    visit(6, "requires_compatibilities", self.requires_compatibilities);
    visit(7, "compatibilities", self.compatibilities);
    visit(8, "cpu_units", self.cpu_units);
    visit(9, "memory_mib", self.memory_mib);
    visit(10, "task_role_arn", self.task_role_arn);
    visit(11, "execution_role_arn", self.execution_role_arn);
    visit(12, "containers", self.containers);
    visit(13, "document", self.document);
    visit(14, "tags", self.tags);
    visit(15, "registered_at", self.registered_at);
    visit(16, "deregistered_at", self.deregistered_at);
    visit(17, "registered_by", self.registered_by);
  }
};

// Counts a family's revisions, so that none is ever given twice, even after deletion.
struct TaskDefinitionFamily {
  static constexpr std::string_view kind = "ecs-task-definition-family";

  Realm realm;
  std::string family;
  std::int64_t last_revision = 0;
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view family) {
    return realm.prefix() + std::string(family);
  }
  std::string key() const { return key_of(realm, family); }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "family", self.family);
    visit(3, "last_revision", self.last_revision);
  }
};

}  // namespace slipway::core::ecs
