#pragma once

#include <map>
#include <string>

#include "core/fields.hpp"

namespace slipway::core::ec2 {

// Stays describable for a while after it is deleted or has failed, as at AWS.
struct NatGateway {
  static constexpr std::string_view kind = "ec2-nat-gateway";

  Realm realm;
  std::string id;  // nat-…
  std::string subnet_id;
  std::string vpc_id;
  std::string state;              // available, failed, deleted
  std::string connectivity_type;  // public, private
  std::string allocation_id;      // of the address; empty for private
  std::string association_id;
  std::string public_ip;
  std::string network_interface_id;
  std::string private_ip;
  std::string failure_code;
  std::string failure_message;
  Instant created_at;
  Instant deleted_at;  // when it was deleted or failed
  std::map<std::string, std::string> tags;
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view id) {
    return realm.prefix() + std::string(id);
  }
  std::string key() const { return key_of(realm, id); }
  bool is_available() const { return state == "available"; }
  template <class Emit>
  void indexes(Emit&& emit) const {
    if (is_available()) emit("vpc", realm.prefix() + vpc_id);
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "id", self.id);
    visit(3, "subnet_id", self.subnet_id);
    visit(4, "vpc_id", self.vpc_id);
    visit(5, "state", self.state);
    visit(6, "connectivity_type", self.connectivity_type);
    visit(7, "allocation_id", self.allocation_id);
    visit(8, "association_id", self.association_id);
    visit(9, "public_ip", self.public_ip);
    visit(10, "network_interface_id", self.network_interface_id);
    visit(11, "private_ip", self.private_ip);
    visit(12, "failure_code", self.failure_code);
    visit(13, "failure_message", self.failure_message);
    visit(14, "created_at", self.created_at);
    visit(15, "deleted_at", self.deleted_at);
    visit(16, "tags", self.tags);
  }
};

}  // namespace slipway::core::ec2
