#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/fields.hpp"

namespace slipway::core::ec2 {

// One rule: a protocol, ports, and where from or to: one of an IPv4 range, an IPv6 range or a group.
struct SecurityGroupRule {
  std::string id;  // sgr-…
  bool egress = false;
  std::string protocol;        // tcp, udp, icmp, icmpv6, another's number, or -1: all
  std::int64_t from_port = 0;  // of icmp the type; -1: all
  std::int64_t to_port = 0;    // of icmp the code; -1: all
  std::string cidr;
  std::string group_id;
  std::string description;
  std::string ipv6_cidr;  // kept for clients that ask; the network has no IPv6
  std::map<std::string, std::string> tags;
  UnknownFields unknown;

  bool operator==(const SecurityGroupRule&) const = default;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "id", self.id);
    visit(2, "egress", self.egress);
    visit(3, "protocol", self.protocol);
    visit(4, "from_port", self.from_port);
    visit(5, "to_port", self.to_port);
    visit(6, "cidr", self.cidr);
    visit(7, "group_id", self.group_id);
    visit(8, "description", self.description);
    visit(9, "ipv6_cidr", self.ipv6_cidr);
    visit(10, "tags", self.tags);
  }
};

struct SecurityGroup {
  static constexpr std::string_view kind = "ec2-security-group";

  Realm realm;
  std::string id;  // sg-…
  std::string vpc_id;
  std::string name;
  std::string description;
  std::vector<SecurityGroupRule> rules;
  std::map<std::string, std::string> tags;
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view id) {
    return realm.prefix() + std::string(id);
  }
  std::string key() const { return key_of(realm, id); }
  std::string arn() const { return realm.arn("ec2", "security-group/" + id); }
  // The value of the index "name": a name is one's own within a VPC.
  static std::string name_key(const Realm& realm, std::string_view vpc_id, std::string_view name) {
    return realm.prefix() + std::string(vpc_id) + "/" + std::string(name);
  }
  template <class Emit>
  void indexes(Emit&& emit) const {
    emit("vpc", realm.prefix() + vpc_id);
    emit("name", name_key(realm, vpc_id, name));
    for (const SecurityGroupRule& rule : rules) {
      emit("rule", realm.prefix() + rule.id);
      if (!rule.group_id.empty() && rule.group_id != id) emit("refers-to", realm.prefix() + rule.group_id);
    }
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "id", self.id);
    visit(3, "vpc_id", self.vpc_id);
    visit(4, "name", self.name);
    visit(5, "description", self.description);
    visit(6, "rules", self.rules);
    visit(7, "tags", self.tags);
  }
};

}  // namespace slipway::core::ec2
