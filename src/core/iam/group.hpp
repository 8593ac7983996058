#pragma once

#include "core/iam/identity.hpp"

namespace slipway::core::iam {

// Users that are given permissions together. Its members are the users whose `groups` name it.
struct Group {
  static constexpr std::string_view kind = "iam-group";

  std::string account;
  std::string name;
  std::string id;  // AGPA…
  std::string path;
  std::vector<std::string> attached_policy_arns;
  std::vector<InlinePolicy> policies;
  Instant created_at;
  UnknownFields unknown;

  static std::string key_of(std::string_view account, std::string_view name) {
    return global_prefix(account) + std::string(name);
  }
  std::string key() const { return key_of(account, name); }
  std::string arn() const { return "arn:aws:iam::" + account + ":group" + path + name; }
  template <class Emit>
  void indexes(Emit&& emit) const {
    for (const std::string& policy : attached_policy_arns) emit("policy", account + "/" + policy);
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "account", self.account);
    visit(2, "name", self.name);
    visit(3, "id", self.id);
    visit(4, "path", self.path);
    visit(5, "attached_policy_arns", self.attached_policy_arns);
    visit(6, "policies", self.policies);
    visit(7, "created_at", self.created_at);
  }
};

}  // namespace slipway::core::iam
