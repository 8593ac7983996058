#pragma once

#include <string>

#include "core/fields.hpp"

namespace slipway::core::ecs {

// What a principal chose for itself, or the account for all that chose nothing (ECS API reference,
// "PutAccountSetting").
struct AccountSetting {
  static constexpr std::string_view kind = "ecs-account-setting";

  Realm realm;
  std::string name;       // "containerInsights"
  std::string principal;  // ARN of a user or role; of the account's root: the default
  std::string value;
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view name, std::string_view principal) {
    return realm.prefix() + std::string(name) + "/" + std::string(principal);
  }
  std::string key() const { return key_of(realm, name, principal); }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "name", self.name);
    visit(3, "principal", self.principal);
    visit(4, "value", self.value);
  }
};

}  // namespace slipway::core::ecs
