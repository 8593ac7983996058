#pragma once

#include <string>
#include <vector>

#include "core/fields.hpp"

namespace slipway::core {

struct Account {
  static constexpr std::string_view kind = "account";

  std::string id;            // 12 digits
  std::string canonical_id;  // 64 hex digits
  Instant created_at;
  std::vector<std::string> default_vpc_regions;  // that had theirs once: a deleted one does not come back
  UnknownFields unknown;

  static std::string key_of(std::string_view id) { return std::string(id) + "/-/" + std::string(id); }
  std::string key() const { return key_of(id); }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "id", self.id);
    visit(2, "canonical_id", self.canonical_id);
    visit(3, "created_at", self.created_at);
    visit(4, "default_vpc_regions", self.default_vpc_regions);
  }
};

// The last turn that left something on disk, in the same batch. The next process's time does not start before
// it.
struct TurnMark {
  static constexpr std::string_view kind = "turn";

  std::int64_t number = 0;
  Instant time;
  std::int64_t sequence = 0;  // the highest that Turn::next_sequence() has given
  UnknownFields unknown;

  std::string key() const { return "-/-/last"; }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "number", self.number);
    visit(2, "time", self.time);
    visit(3, "sequence", self.sequence);
  }
};

// An idempotency token (ECS clientToken): the request that it came with and the answer that it got.
struct IdempotencyToken {
  static constexpr std::string_view kind = "idempotency-token";

  Realm realm;
  std::string operation;
  std::string token;
  std::string request_digest;
  std::string answer;  // what the operation needs to answer again, in its own form
  Instant expires_at;
  UnknownFields unknown;

  static std::string key_of(const Realm& realm, std::string_view operation, std::string_view token) {
    return realm.prefix() + std::string(operation) + "/" + std::string(token);
  }
  std::string key() const { return key_of(realm, operation, token); }
  template <class Emit>
  void indexes(Emit&& emit) const {
    emit("all", "");
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(1, "realm", self.realm);
    visit(2, "operation", self.operation);
    visit(3, "token", self.token);
    visit(4, "request_digest", self.request_digest);
    visit(5, "answer", self.answer);
    visit(6, "expires_at", self.expires_at);
  }
};

}  // namespace slipway::core
