#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/fields.hpp"

namespace slipway::core::ec2 {

// A further block of a VPC (AssociateVpcCidrBlock).
struct VpcCidrBlock {
  std::string association_id;  // vpc-cidr-assoc-…
  std::string cidr;
  UnknownFields unknown;

  bool operator==(const VpcCidrBlock&) const = default;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "association_id", self.association_id);
    visit(2, "cidr", self.cidr);
  }
};

struct Vpc {
  static constexpr std::string_view kind = "ec2-vpc";

  Realm realm;
  std::string id;    // vpc-…
  std::string cidr;  // its first block
  bool is_default = false;
  std::map<std::string, std::string> tags;
  std::string dhcp_options_id;
  std::string cidr_association_id;  // vpc-cidr-assoc-…
  bool dns_support_disabled = false;
  bool enable_dns_hostnames = false;
  bool enable_network_address_usage_metrics = false;
  std::vector<VpcCidrBlock> more_blocks;
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view id) {
    return realm.prefix() + std::string(id);
  }
  std::string key() const { return key_of(realm, id); }
  // All blocks, the first one in front.
  std::vector<std::string> cidrs() const {
    std::vector<std::string> all{cidr};
    for (const VpcCidrBlock& block : more_blocks) all.push_back(block.cidr);
    return all;
  }
  template <class Emit>
  void indexes(Emit&& emit) const {
    if (is_default) emit("default", realm.prefix());
    emit("block", realm.prefix() + cidr_association_id);
    for (const VpcCidrBlock& block : more_blocks) emit("block", realm.prefix() + block.association_id);
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
    visit(11, "more_blocks", self.more_blocks);
  }
};

}  // namespace slipway::core::ec2
