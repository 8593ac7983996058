#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/fields.hpp"

namespace slipway::core::ec2 {

// One destination and one target. The local route of the VPC's own block is not kept: every table has it.
struct RouteEntry {
  std::string destination;  // IPv4 or IPv6 CIDR block, in its plain form
  std::string target;       // igw-…, nat-… or eni-…
  UnknownFields unknown;

  bool operator==(const RouteEntry&) const = default;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "destination", self.destination);
    visit(2, "target", self.target);
  }
};

struct RouteTableAssociation {
  std::string id;         // rtbassoc-…
  std::string subnet_id;  // empty: this is the VPC's main table
  UnknownFields unknown;

  bool is_main() const { return subnet_id.empty(); }
  bool operator==(const RouteTableAssociation&) const = default;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "id", self.id);
    visit(2, "subnet_id", self.subnet_id);
  }
};

struct RouteTable {
  static constexpr std::string_view kind = "ec2-route-table";

  Realm realm;
  std::string id;  // rtb-…
  std::string vpc_id;
  std::vector<RouteEntry> routes;
  std::vector<RouteTableAssociation> associations;
  std::map<std::string, std::string> tags;
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view id) {
    return realm.prefix() + std::string(id);
  }
  std::string key() const { return key_of(realm, id); }
  template <class Emit>
  void indexes(Emit&& emit) const {
    emit("vpc", realm.prefix() + vpc_id);
    for (const RouteTableAssociation& each : associations) {
      emit("association", realm.prefix() + each.id);
      if (each.is_main())
        emit("main", realm.prefix() + vpc_id);
      else
        emit("subnet", realm.prefix() + each.subnet_id);
    }
  }
  bool is_main() const {
    for (const RouteTableAssociation& each : associations)
      if (each.is_main()) return true;
    return false;
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "id", self.id);
    visit(3, "vpc_id", self.vpc_id);
    visit(4, "routes", self.routes);
    visit(5, "associations", self.associations);
    visit(6, "tags", self.tags);
  }
};

}  // namespace slipway::core::ec2
