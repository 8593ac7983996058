#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/fields.hpp"

namespace slipway::core::ecs {

struct Attribute {
  std::string name;
  std::string value;
  bool has_value = false;
  bool custom = false;  // PutAttributes': stays when the agent registers anew
  UnknownFields unknown;

  bool operator==(const Attribute&) const = default;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "name", self.name);
    visit(2, "value", self.value);
    visit(3, "has_value", self.has_value);
    visit(4, "custom", self.custom);
  }
};

// A cluster's claim on a host (ECS API reference, "ContainerInstance").
struct ContainerInstance {
  static constexpr std::string_view kind = "ecs-container-instance";

  Realm realm;
  std::string id;  // 32 hex digits
  std::string cluster;
  std::string host_id;
  std::string status;  // ACTIVE, DRAINING, INACTIVE
  std::int64_t version = 0;
  std::string client_token;  // of the registration: a repeated one gives the same instance
  std::vector<Attribute> attributes;
  std::map<std::string, std::string> tags;
  Instant registered_at;
  std::string agent_version, agent_hash, docker_version;  // told when the agent connects
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view id) {
    return realm.prefix() + std::string(id);
  }
  std::string key() const { return key_of(realm, id); }
  std::string arn() const { return realm.arn("ecs", "container-instance/" + cluster + "/" + id); }
  template <class Emit>
  void indexes(Emit&& emit) const {
    emit("cluster", realm.prefix() + cluster);
    emit("host", host_id);
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "id", self.id);
    visit(3, "cluster", self.cluster);
    visit(4, "host_id", self.host_id);
    visit(5, "status", self.status);
    visit(6, "version", self.version);
    visit(7, "client_token", self.client_token);
    visit(8, "attributes", self.attributes);
    visit(9, "tags", self.tags);
    visit(10, "registered_at", self.registered_at);
    visit(11, "agent_version", self.agent_version);
    visit(12, "agent_hash", self.agent_hash);
    visit(13, "docker_version", self.docker_version);
  }
};

}  // namespace slipway::core::ecs
