#pragma once

#include <map>
#include <string>

#include "core/fields.hpp"

namespace slipway::core::ec2 {

struct InternetGateway {
  static constexpr std::string_view kind = "ec2-internet-gateway";

  Realm realm;
  std::string id;      // igw-…
  std::string vpc_id;  // empty: attached to none
  std::map<std::string, std::string> tags;
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view id) {
    return realm.prefix() + std::string(id);
  }
  std::string key() const { return key_of(realm, id); }
  template <class Emit>
  void indexes(Emit&& emit) const {
    if (!vpc_id.empty()) emit("vpc", realm.prefix() + vpc_id);
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "id", self.id);
    visit(3, "vpc_id", self.vpc_id);
    visit(4, "tags", self.tags);
  }
};

}  // namespace slipway::core::ec2
