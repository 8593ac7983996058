#pragma once

#include <map>
#include <string>

#include "core/fields.hpp"

namespace slipway::core::ec2 {

struct Subnet {
  static constexpr std::string_view kind = "ec2-subnet";

  Realm realm;
  std::string id;  // subnet-…
  std::string vpc_id;
  std::string cidr;
  std::string availability_zone;
  bool default_for_az = false;
  bool map_public_ip = false;
  std::map<std::string, std::string> tags;
  std::string network_acl_association_id;  // aclassoc-…
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view id) {
    return realm.prefix() + std::string(id);
  }
  std::string key() const { return key_of(realm, id); }
  std::string arn() const { return realm.arn("ec2", "subnet/" + id); }
  template <class Emit>
  void indexes(Emit&& emit) const {
    emit("vpc", realm.prefix() + vpc_id);
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "id", self.id);
    visit(3, "vpc_id", self.vpc_id);
    visit(4, "cidr", self.cidr);
    visit(5, "availability_zone", self.availability_zone);
    visit(6, "default_for_az", self.default_for_az);
    visit(7, "map_public_ip", self.map_public_ip);
    visit(8, "tags", self.tags);
    visit(9, "network_acl_association_id", self.network_acl_association_id);
  }
};

}  // namespace slipway::core::ec2
