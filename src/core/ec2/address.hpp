#pragma once

#include <map>
#include <string>

#include "core/fields.hpp"

namespace slipway::core::ec2 {

// An Elastic IP address.
struct Address {
  static constexpr std::string_view kind = "ec2-address";

  Realm realm;
  std::string allocation_id;  // eipalloc-…
  std::string public_ip;
  std::string association_id;  // eipassoc-…; empty: associated with nothing
  std::string network_interface_id;
  std::string nat_gateway_id;  // whose association only DeleteNatGateway ends
  std::map<std::string, std::string> tags;
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view id) {
    return realm.prefix() + std::string(id);
  }
  std::string key() const { return key_of(realm, allocation_id); }
  template <class Emit>
  void indexes(Emit&& emit) const {
    emit("public-ip", public_ip);  // one's own in the whole installation
    if (association_id.empty()) return;
    emit("association", realm.prefix() + association_id);
    emit("network-interface", realm.prefix() + network_interface_id);
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "allocation_id", self.allocation_id);
    visit(3, "public_ip", self.public_ip);
    visit(4, "association_id", self.association_id);
    visit(5, "network_interface_id", self.network_interface_id);
    visit(6, "nat_gateway_id", self.nat_gateway_id);
    visit(7, "tags", self.tags);
  }
};

}  // namespace slipway::core::ec2
