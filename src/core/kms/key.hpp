#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/fields.hpp"

// KMS keys and their aliases. A key's material is 32 random bytes that are kept sealed under the data
// directory's key file; everything else that is secret is sealed under such a key (services/common/kms.hpp).
namespace slipway::core::kms {

// What a key encrypts with. A key that rotates gets a new one and keeps the old ones, to decrypt with.
struct KeyMaterial {
  std::string id;  // 64 hex digits: KeyMaterialId
  std::string bytes_sealed;
  Instant created_at;
  UnknownFields unknown;

  bool operator==(const KeyMaterial&) const = default;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "id", self.id);
    visit(2, "bytes_sealed", self.bytes_sealed);
    visit(3, "created_at", self.created_at);
  }
};

enum class KeyState : std::uint8_t { enabled = 1, disabled = 2, pending_deletion = 3 };

struct Key {
  static constexpr std::string_view kind = "kms-key";

  Realm realm;
  std::string id;  // a UUID
  std::string description;
  KeyState state = KeyState::enabled;
  std::string made_for;  // "ssm", "secretsmanager": an AWS managed key of that service; empty: a customer's
  std::vector<KeyMaterial> materials;  // never empty; the last one encrypts
  std::string policy;
  std::map<std::string, std::string> tags;
  Instant created_at;
  Instant deletes_at;                    // of a key that is to be deleted
  std::int64_t rotation_period_days = 0;  // 0: does not rotate
  Instant rotates_at;
  std::int64_t deletion_window_days = 0;
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view id) {
    return realm.prefix() + std::string(id);
  }
  std::string key() const { return key_of(realm, id); }
  std::string arn() const { return realm.arn("kms", "key/" + id); }
  const KeyMaterial& material() const { return materials.back(); }

  template <class Emit>
  void indexes(Emit&& emit) const {
    if (deletes_at) emit("deletes", "");
    if (rotates_at) emit("rotates", "");
    if (!made_for.empty()) emit("made-for", realm.prefix() + made_for);
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "id", self.id);
    visit(3, "description", self.description);
    visit(4, "state", self.state);
    visit(5, "made_for", self.made_for);
    visit(6, "materials", self.materials);
    visit(7, "policy", self.policy);
    visit(8, "tags", self.tags);
    visit(9, "created_at", self.created_at);
    visit(10, "deletes_at", self.deletes_at);
    visit(11, "rotation_period_days", self.rotation_period_days);
    visit(12, "rotates_at", self.rotates_at);
    visit(13, "deletion_window_days", self.deletion_window_days);
  }
};

struct Alias {
  static constexpr std::string_view kind = "kms-alias";

  Realm realm;
  std::string name;  // "alias/…"
  std::string key_id;
  Instant created_at;
  Instant updated_at;
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view name) {
    return realm.prefix() + std::string(name);
  }
  std::string key() const { return key_of(realm, name); }
  std::string arn() const { return realm.arn("kms", name); }

  template <class Emit>
  void indexes(Emit&& emit) const {
    emit("key", Key::key_of(realm, key_id));
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "name", self.name);
    visit(3, "key_id", self.key_id);
    visit(4, "created_at", self.created_at);
    visit(5, "updated_at", self.updated_at);
  }
};

}  // namespace slipway::core::kms
