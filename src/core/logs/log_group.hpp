#pragma once

#include <map>
#include <string>

#include "core/fields.hpp"

// Log groups and streams. Their events never pass the turn: they lie in the log store under ids that are
// never given twice, so a group or stream made again under an old name starts empty.
namespace slipway::core::logs {

struct LogGroup {
  static constexpr std::string_view kind = "logs-group";

  Realm realm;
  std::string name;
  std::string id;                   // 16 hex digits: the group's name in the log store
  std::int64_t retention_days = 0;  // 0: for ever
  std::string log_group_class;      // STANDARD, INFREQUENT_ACCESS, DELIVERY
  bool deletion_protection = false;
  std::map<std::string, std::string> tags;
  Instant created_at;
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view name) {
    return realm.prefix() + std::string(name);
  }
  std::string key() const { return key_of(realm, name); }
  std::string arn() const { return realm.arn("logs", "log-group:" + name); }
  // The prefix of its streams' keys. Streams hang on the id, not the name: a deleted group's rows are swept
  // in portions (services/logs/upkeep.hpp) while the name is free at once.
  std::string streams_prefix() const { return realm.prefix() + id + ":"; }

  template <class Emit>
  void indexes(Emit&& emit) const {
    emit("id", id);
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "name", self.name);
    visit(3, "retention_days", self.retention_days);
    visit(4, "log_group_class", self.log_group_class);
    visit(6, "tags", self.tags);
    visit(7, "created_at", self.created_at);
    visit(8, "id", self.id);
    visit(9, "deletion_protection", self.deletion_protection);
  }
};

struct LogStream {
  static constexpr std::string_view kind = "logs-stream";

  Realm realm;
  std::string group_id;
  std::string name;
  std::string id;  // "<group id>/<16 hex digits>": the stream's name in the log store
  Instant created_at;
  UnknownFields unknown;

  std::string key() const { return realm.prefix() + group_id + ":" + name; }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "group_id", self.group_id);
    visit(3, "name", self.name);
    visit(4, "id", self.id);
    visit(5, "created_at", self.created_at);
  }
};

}  // namespace slipway::core::logs
