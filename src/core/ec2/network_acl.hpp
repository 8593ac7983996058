#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/fields.hpp"

namespace slipway::core::ec2 {

// Lets everything pass to and from a block; there are no others (decision 0009).
struct NetworkAclEntry {
  std::int64_t rule_number = 0;
  bool egress = false;
  std::string cidr;  // 0.0.0.0/0 or ::/0
  UnknownFields unknown;

  bool operator==(const NetworkAclEntry&) const = default;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "rule_number", self.rule_number);
    visit(2, "egress", self.egress);
    visit(3, "cidr", self.cidr);
  }
};

// The one of its VPC, which all subnets are associated with.
struct NetworkAcl {
  static constexpr std::string_view kind = "ec2-network-acl";

  Realm realm;
  std::string id;  // acl-…
  std::string vpc_id;
  std::vector<NetworkAclEntry> entries;
  std::map<std::string, std::string> tags;
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view id) {
    return realm.prefix() + std::string(id);
  }
  std::string key() const { return key_of(realm, id); }
  template <class Emit>
  void indexes(Emit&& emit) const {
    emit("vpc", realm.prefix() + vpc_id);
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "id", self.id);
    visit(3, "vpc_id", self.vpc_id);
    visit(4, "entries", self.entries);
    visit(5, "tags", self.tags);
  }
};

}  // namespace slipway::core::ec2
