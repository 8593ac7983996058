#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/fields.hpp"

// The part of EC2 that tasks need: VPCs, subnets, security groups and network interfaces (EC2 API reference).
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
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view id) {
    return realm.prefix() + std::string(id);
  }
  std::string key() const { return key_of(realm, id); }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "id", self.id);
    visit(3, "cidr", self.cidr);
    visit(4, "is_default", self.is_default);
    visit(5, "tags", self.tags);
    visit(6, "dhcp_options_id", self.dhcp_options_id);
    visit(7, "cidr_association_id", self.cidr_association_id);
  }
};

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
  }
};

// One rule: a protocol, ports, and where from or to (an address range or a group).
struct SecurityGroupRule {
  std::string id;  // sgr-…
  bool egress = false;
  std::string protocol;        // tcp, udp, icmp, -1
  std::int64_t from_port = 0;  // -1 with protocol -1: all
  std::int64_t to_port = 0;
  std::string cidr;      // either a range …
  std::string group_id;  // … or a group
  std::string description;
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
  template <class Emit>
  void indexes(Emit&& emit) const {
    emit("vpc", realm.prefix() + vpc_id);
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

// A task's interface. It exists from placement until the task is deprovisioned.
struct NetworkInterface {
  static constexpr std::string_view kind = "ec2-network-interface";

  Realm realm;
  std::string id;  // eni-…
  std::string subnet_id;
  std::string vpc_id;
  std::string availability_zone;
  std::string private_ip;
  std::string mac;
  std::vector<std::string> security_group_ids;
  std::string description;
  std::string status;  // available, in-use
  std::string attachment_id;
  std::string task_key;
  std::map<std::string, std::string> tags;
  Instant created_at;
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view id) {
    return realm.prefix() + std::string(id);
  }
  std::string key() const { return key_of(realm, id); }
  // The value of the index "address": addresses are one's own only within a VPC.
  static std::string address_key(const Realm& realm, std::string_view vpc_id, std::string_view private_ip) {
    return realm.prefix() + std::string(vpc_id) + "/" + std::string(private_ip);
  }
  template <class Emit>
  void indexes(Emit&& emit) const {
    emit("subnet", realm.prefix() + subnet_id);
    emit("address", address_key(realm, vpc_id, private_ip));
    for (const auto& group : security_group_ids) emit("security-group", realm.prefix() + group);
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "id", self.id);
    visit(3, "subnet_id", self.subnet_id);
    visit(4, "vpc_id", self.vpc_id);
    visit(5, "availability_zone", self.availability_zone);
    visit(6, "private_ip", self.private_ip);
    visit(7, "mac", self.mac);
    visit(8, "security_group_ids", self.security_group_ids);
    visit(9, "description", self.description);
    visit(10, "status", self.status);
    visit(11, "attachment_id", self.attachment_id);
    visit(12, "task_key", self.task_key);
    visit(13, "tags", self.tags);
    visit(14, "created_at", self.created_at);
  }
};

}  // namespace slipway::core::ec2
