#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/fields.hpp"

namespace slipway::core::ec2 {

// A task's interface exists from placement until the task is deprovisioned; a NAT gateway has one, and users
// may make their own.
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
  std::string task_key;           // empty: not a task's
  std::string nat_gateway_id;     // empty: not a NAT gateway's
  bool assign_public_ip = false;  // ECS's assignPublicIp: its way out is the VPC's internet gateway
  bool source_dest_check_disabled = false;
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
    emit("vpc", realm.prefix() + vpc_id);
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
    visit(15, "nat_gateway_id", self.nat_gateway_id);
    visit(16, "assign_public_ip", self.assign_public_ip);
    visit(17, "source_dest_check_disabled", self.source_dest_check_disabled);
  }
};

}  // namespace slipway::core::ec2
