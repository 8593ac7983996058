#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/fields.hpp"

// IAM is global: its rows stand under the region `aws-global` (IAM API reference).
namespace slipway::core::iam {

inline constexpr std::string_view global_region = "aws-global";

inline std::string global_prefix(std::string_view account) {
  return std::string(account) + "/" + std::string(global_region) + "/";
}

struct InlinePolicy {
  std::string name;
  std::string document;
  UnknownFields unknown;

  bool operator==(const InlinePolicy&) const = default;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "name", self.name);
    visit(2, "document", self.document);
  }
};

struct User {
  static constexpr std::string_view kind = "iam-user";

  std::string account;
  std::string name;
  std::string id;    // AIDA…
  std::string path;  // "/" or "/a/b/"
  std::vector<std::string> attached_policy_arns;
  std::vector<InlinePolicy> policies;
  std::map<std::string, std::string> tags;
  Instant created_at;
  std::string permissions_boundary;  // ARN of the policy beyond which nothing is allowed; empty: none
  std::vector<std::string> groups;   // names
  UnknownFields unknown;

  static std::string key_of(std::string_view account, std::string_view name) {
    return global_prefix(account) + std::string(name);
  }
  std::string key() const { return key_of(account, name); }
  std::string arn() const { return "arn:aws:iam::" + account + ":user" + path + name; }
  template <class Emit>
  void indexes(Emit&& emit) const {
    for (const std::string& policy : attached_policy_arns) emit("policy", account + "/" + policy);
    if (!permissions_boundary.empty()) emit("boundary", account + "/" + permissions_boundary);
    for (const std::string& group : groups) emit("group", key_of(account, group));
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "account", self.account);
    visit(2, "name", self.name);
    visit(3, "id", self.id);
    visit(4, "path", self.path);
    visit(5, "attached_policy_arns", self.attached_policy_arns);
    visit(6, "policies", self.policies);
    visit(7, "tags", self.tags);
    visit(8, "created_at", self.created_at);
    visit(9, "permissions_boundary", self.permissions_boundary);
    visit(10, "groups", self.groups);
  }
};

struct Role {
  static constexpr std::string_view kind = "iam-role";

  std::string account;
  std::string name;
  std::string id;  // AROA…
  std::string path;
  std::string description;
  std::string trust_policy;  // AssumeRolePolicyDocument
  std::int64_t max_session_s = 0;
  std::vector<std::string> attached_policy_arns;
  std::vector<InlinePolicy> policies;
  std::map<std::string, std::string> tags;
  Instant created_at;
  Instant sessions_revoked_before;  // sessions issued earlier are refused
  std::string permissions_boundary;
  UnknownFields unknown;

  static std::string key_of(std::string_view account, std::string_view name) {
    return global_prefix(account) + std::string(name);
  }
  std::string key() const { return key_of(account, name); }
  std::string arn() const { return "arn:aws:iam::" + account + ":role" + path + name; }
  template <class Emit>
  void indexes(Emit&& emit) const {
    for (const std::string& policy : attached_policy_arns) emit("policy", account + "/" + policy);
    if (!permissions_boundary.empty()) emit("boundary", account + "/" + permissions_boundary);
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "account", self.account);
    visit(2, "name", self.name);
    visit(3, "id", self.id);
    visit(4, "path", self.path);
    visit(5, "description", self.description);
    visit(6, "trust_policy", self.trust_policy);
    visit(7, "max_session_s", self.max_session_s);
    visit(8, "attached_policy_arns", self.attached_policy_arns);
    visit(9, "policies", self.policies);
    visit(10, "tags", self.tags);
    visit(11, "created_at", self.created_at);
    visit(12, "sessions_revoked_before", self.sessions_revoked_before);
    visit(13, "permissions_boundary", self.permissions_boundary);
  }
};

struct AccessKey {
  static constexpr std::string_view kind = "iam-access-key";

  std::string account;
  std::string id;         // AKIA…
  std::string user_name;  // empty: the account's root
  std::string secret_sealed;
  bool active = false;
  Instant created_at;
  UnknownFields unknown;

  static std::string key_of(std::string_view account, std::string_view id) {
    return global_prefix(account) + std::string(id);
  }
  std::string key() const { return key_of(account, id); }
  template <class Emit>
  void indexes(Emit&& emit) const {
    emit("user", User::key_of(account, user_name));
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "account", self.account);
    visit(2, "id", self.id);
    visit(3, "user_name", self.user_name);
    visit(4, "secret_sealed", self.secret_sealed);
    visit(5, "active", self.active);
    visit(6, "created_at", self.created_at);
  }
};

}  // namespace slipway::core::iam
