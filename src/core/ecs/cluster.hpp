#pragma once

#include <map>
#include <string>

#include "core/fields.hpp"

namespace slipway::core::ecs {

// Cluster (ECS API reference, "Cluster"). A deleted cluster stays describable as INACTIVE.
struct Cluster {
  static constexpr std::string_view kind = "ecs-cluster";

  Realm realm;
  std::string name;
  std::string status = "ACTIVE";
  std::string document;  // settings, configuration, capacityProviders … as JSON text, given back as they came
  std::map<std::string, std::string> tags;
  Instant created_at;
  UnknownFields unknown;

  std::string key() const { return key_of(realm, name); }
  std::string arn() const { return realm.arn("ecs", "cluster/" + name); }
  static std::string key_of(const Realm& realm, std::string_view name) {
    return realm.prefix() + std::string(name);
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "name", self.name);
    visit(3, "status", self.status);
    visit(4, "document", self.document);
    visit(5, "tags", self.tags);
    visit(6, "created_at", self.created_at);
  }
};

}  // namespace slipway::core::ecs
