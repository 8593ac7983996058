#pragma once

#include <map>
#include <string>

#include "core/fields.hpp"

// Log groups and streams. Their events never pass the turn: they lie in the log store under the stream's id,
// which is never given twice, so a stream made again under an old name starts empty.
namespace slipway::core::logs {

struct LogGroup {
  static constexpr std::string_view kind = "logs-group";

  Realm realm;
  std::string name;
  std::int64_t retention_days = 0;  // 0: for ever
  std::string log_group_class;      // STANDARD, INFREQUENT_ACCESS, DELIVERY
  std::string kms_key_id;
  std::map<std::string, std::string> tags;
  Instant created_at;
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view name) {
    return realm.prefix() + std::string(name);
  }
  std::string key() const { return key_of(realm, name); }
  std::string arn() const { return realm.arn("logs", "log-group:" + name); }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "name", self.name);
    visit(3, "retention_days", self.retention_days);
    visit(4, "log_group_class", self.log_group_class);
    visit(5, "kms_key_id", self.kms_key_id);
    visit(6, "tags", self.tags);
    visit(7, "created_at", self.created_at);
  }
};

struct LogStream {
  static constexpr std::string_view kind = "logs-stream";

  Realm realm;
  std::string group;
  std::string name;
  std::string id;  // 16 hex digits: the stream's key in the log store
  Instant created_at;
  UnknownFields unknown;

  // ':' cannot stand in a group's name (CreateLogGroup), so the key splits in one way only.
  static std::string key_of(const Realm& realm, std::string_view group, std::string_view name) {
    return realm.prefix() + std::string(group) + ":" + std::string(name);
  }
  std::string key() const { return key_of(realm, group, name); }
  std::string arn() const { return realm.arn("logs", "log-group:" + group + ":log-stream:" + name); }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "group", self.group);
    visit(3, "name", self.name);
    visit(4, "id", self.id);
    visit(5, "created_at", self.created_at);
  }
};

}  // namespace slipway::core::logs
