#pragma once

#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "core/fields.hpp"

// Parameters of Parameter Store. A parameter's versions are rows of their own, so that a new one does not
// write the old ones anew.
namespace slipway::core::ssm {

struct Parameter {
  static constexpr std::string_view kind = "ssm-parameter";

  Realm realm;
  std::string name;           // as it was given: "plain" or "/a/fully/qualified/one"
  std::int64_t version = 0;   // the newest
  std::int64_t versions = 0;  // how many there are
  std::map<std::string, std::string> tags;
  Instant expires_at;  // the Expiration policy of the newest version
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view name) {
    return realm.prefix() + std::string(name);
  }
  std::string key() const { return key_of(realm, name); }
  // A leading slash is not told twice (Systems Manager guide, "Parameter names").
  std::string arn() const {
    return realm.arn("ssm", "parameter" + (name.starts_with('/') ? name : "/" + name));
  }

  template <class Emit>
  void indexes(Emit&& emit) const {
    if (expires_at) emit("expires", "");
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "name", self.name);
    visit(3, "version", self.version);
    visit(4, "versions", self.versions);
    visit(5, "tags", self.tags);
    visit(6, "expires_at", self.expires_at);
  }
};

struct ParameterVersion {
  static constexpr std::string_view kind = "ssm-parameter-version";

  Realm realm;
  std::string name;
  std::int64_t version = 0;
  std::string type;  // String, StringList, SecureString
  std::string value_sealed;
  std::string key_id;  // SecureString: the KMS key as the caller named it
  std::string description;
  std::string allowed_pattern;
  std::string tier;  // Standard, Advanced
  std::string data_type;
  std::string policies;  // JSON, as it was given
  std::vector<std::string> labels;
  std::string modified_by;  // ARN
  Instant modified_at;
  UnknownFields unknown;

  // Versions of one parameter lie in order; no name holds a colon.
  static std::string prefix_of(const Realm& realm, std::string_view name) {
    return Parameter::key_of(realm, name) + ":";
  }
  static std::string key_of(const Realm& realm, std::string_view name, std::int64_t version) {
    char digits[24];
    std::snprintf(digits, sizeof digits, "%019lld", static_cast<long long>(version));
    return prefix_of(realm, name) + digits;
  }
  std::string key() const { return key_of(realm, name, version); }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "name", self.name);
    visit(3, "version", self.version);
    visit(4, "type", self.type);
    visit(5, "value_sealed", self.value_sealed);
    visit(6, "key_id", self.key_id);
    visit(7, "description", self.description);
    visit(8, "allowed_pattern", self.allowed_pattern);
    visit(9, "tier", self.tier);
    visit(10, "data_type", self.data_type);
    visit(11, "policies", self.policies);
    visit(12, "labels", self.labels);
    visit(13, "modified_by", self.modified_by);
    visit(14, "modified_at", self.modified_at);
  }
};

}  // namespace slipway::core::ssm
