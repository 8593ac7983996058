#pragma once

#include <map>
#include <string>

#include "core/fields.hpp"

namespace slipway::core::ec2 {

struct Vpc {
  static constexpr std::string_view kind = "ec2-vpc";

  Realm realm;
  std::string id;  // vpc-…
  std::string cidr;
  bool is_default = false;
  std::map<std::string, std::string> tags;
  std::string dhcp_options_id;
  std::string cidr_association_id;  // vpc-cidr-assoc-…
  bool dns_support_disabled = false;
  bool enable_dns_hostnames = false;
  bool enable_network_address_usage_metrics = false;
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view id) {
    return realm.prefix() + std::string(id);
  }
  std::string key() const { return key_of(realm, id); }
  template <class Emit>
  void indexes(Emit&& emit) const {
    if (is_default) emit("default", realm.prefix());
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "id", self.id);
    visit(3, "cidr", self.cidr);
    visit(4, "is_default", self.is_default);
    visit(5, "tags", self.tags);
    visit(6, "dhcp_options_id", self.dhcp_options_id);
    visit(7, "cidr_association_id", self.cidr_association_id);
    visit(8, "dns_support_disabled", self.dns_support_disabled);
    visit(9, "enable_dns_hostnames", self.enable_dns_hostnames);
    visit(10, "enable_network_address_usage_metrics", self.enable_network_address_usage_metrics);
  }
};

}  // namespace slipway::core::ec2
