#pragma once

#include "core/iam/identity.hpp"

namespace slipway::core::iam {

// The name under which a role is given to an instance (IAM user guide, "Use instance profiles").
struct InstanceProfile {
  static constexpr std::string_view kind = "iam-instance-profile";

  std::string account;
  std::string name;
  std::string id;  // AIPA…
  std::string path;
  std::string role_name;  // at most one; empty: none yet
  std::map<std::string, std::string> tags;
  Instant created_at;
  UnknownFields unknown;

  static std::string key_of(std::string_view account, std::string_view name) {
    return global_prefix(account) + std::string(name);
  }
  std::string key() const { return key_of(account, name); }
  std::string arn() const { return "arn:aws:iam::" + account + ":instance-profile" + path + name; }
  template <class Emit>
  void indexes(Emit&& emit) const {
    if (!role_name.empty()) emit("role", Role::key_of(account, role_name));
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "account", self.account);
    visit(2, "name", self.name);
    visit(3, "id", self.id);
    visit(4, "path", self.path);
    visit(5, "role_name", self.role_name);
    visit(6, "tags", self.tags);
    visit(7, "created_at", self.created_at);
  }
};

}  // namespace slipway::core::iam
