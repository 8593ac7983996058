#pragma once

#include <algorithm>

#include "core/iam/identity.hpp"

namespace slipway::core::iam {

struct PolicyVersion {
  std::string id;  // v1
  std::string document;
  Instant created_at;
  UnknownFields unknown;

  bool operator==(const PolicyVersion&) const = default;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "id", self.id);
    visit(2, "document", self.document);
    visit(3, "created_at", self.created_at);
  }
};

// A customer managed policy. Who it is attached to, or bounds, is found through their indexes "policy" and
// "boundary".
struct ManagedPolicy {
  static constexpr std::string_view kind = "iam-policy";

  std::string account;
  std::string name;
  std::string id;  // ANPA…
  std::string path;
  std::string description;
  std::vector<PolicyVersion> versions;  // oldest first
  std::string default_version;
  std::int64_t versions_made = 0;  // a version's number is not given twice
  std::map<std::string, std::string> tags;
  Instant created_at;
  Instant updated_at;
  UnknownFields unknown;

  static std::string key_of(std::string_view account, std::string_view name) {
    return global_prefix(account) + std::string(name);
  }
  std::string key() const { return key_of(account, name); }
  std::string arn() const { return "arn:aws:iam::" + account + ":policy" + path + name; }
  const PolicyVersion* version(std::string_view version_id) const {
    const auto at = std::ranges::find(versions, version_id, &PolicyVersion::id);
    return at == versions.end() ? nullptr : &*at;
  }
  // The document that is judged; empty when a damaged row has none.
  std::string_view document() const {
    const PolicyVersion* current = version(default_version);
    return current ? std::string_view(current->document) : std::string_view();
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "account", self.account);
    visit(2, "name", self.name);
    visit(3, "id", self.id);
    visit(4, "path", self.path);
    visit(5, "description", self.description);
    visit(6, "versions", self.versions);
    visit(7, "default_version", self.default_version);
    visit(8, "versions_made", self.versions_made);
    visit(9, "tags", self.tags);
    visit(10, "created_at", self.created_at);
    visit(11, "updated_at", self.updated_at);
  }
};

}  // namespace slipway::core::iam
