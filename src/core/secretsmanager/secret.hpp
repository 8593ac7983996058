#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "core/fields.hpp"

// Secrets of Secrets Manager. A secret's versions are rows of their own, so that a new one does not write the
// old ones anew.
namespace slipway::core::secretsmanager {

struct Secret {
  static constexpr std::string_view kind = "secretsmanager-secret";

  Realm realm;
  std::string name;
  std::string suffix;  // six letters and digits at the ARN's end: a name that is used again is another secret
  std::string description;
  std::string kms_key_id;  // as the caller named it; empty: aws/secretsmanager
  std::string type;
  std::string resource_policy;
  std::map<std::string, std::string> tags;
  Instant created_at;
  Instant changed_at;
  Instant accessed_on;  // the day
  Instant deletes_at;   // of a secret that is to be deleted
  Instant deleted_at;   // when DeleteSecret was called
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view name) {
    return realm.prefix() + std::string(name);
  }
  std::string key() const { return key_of(realm, name); }
  std::string arn() const { return realm.arn("secretsmanager", "secret:" + name + "-" + suffix); }
  bool deleted() const { return bool(deletes_at); }

  template <class Emit>
  void indexes(Emit&& emit) const {
    if (deletes_at) emit("deletes", "");
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "name", self.name);
    visit(3, "suffix", self.suffix);
    visit(4, "description", self.description);
    visit(5, "kms_key_id", self.kms_key_id);
    visit(6, "type", self.type);
    visit(7, "resource_policy", self.resource_policy);
    visit(8, "tags", self.tags);
    visit(9, "created_at", self.created_at);
    visit(10, "changed_at", self.changed_at);
    visit(11, "accessed_on", self.accessed_on);
    visit(12, "deletes_at", self.deletes_at);
    visit(13, "deleted_at", self.deleted_at);
  }
};

struct SecretVersion {
  static constexpr std::string_view kind = "secretsmanager-version";

  Realm realm;
  std::string name;  // of the secret
  std::string id;    // the ClientRequestToken that it came with
  std::string value_sealed;
  bool binary = false;  // SecretBinary, not SecretString
  std::vector<std::string> stages;
  std::string kms_key_arn;
  Instant created_at;
  Instant accessed_on;  // the day
  UnknownFields unknown;

  // No secret's name holds a colon.
  static std::string prefix_of(const Realm& realm, std::string_view name) {
    return Secret::key_of(realm, name) + ":";
  }
  static std::string key_of(const Realm& realm, std::string_view name, std::string_view id) {
    return prefix_of(realm, name) + std::string(id);
  }
  std::string key() const { return key_of(realm, name, id); }
  bool has_stage(std::string_view stage) const { return std::ranges::find(stages, stage) != stages.end(); }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "name", self.name);
    visit(3, "id", self.id);
    visit(4, "value_sealed", self.value_sealed);
    visit(5, "binary", self.binary);
    visit(6, "stages", self.stages);
    visit(7, "kms_key_arn", self.kms_key_arn);
    visit(8, "created_at", self.created_at);
    visit(9, "accessed_on", self.accessed_on);
  }
};

}  // namespace slipway::core::secretsmanager
