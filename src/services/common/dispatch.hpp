#pragma once

#include <expected>
#include <memory>
#include <span>
#include <string>

#include "auth/key_snapshot.hpp"
#include "services/common/call.hpp"
#include "wire/protocol.hpp"

// The way of a request, cut at the turn: prepare() before it, on an I/O thread; step() inside it; answer()
// after it. None of them does I/O.
namespace slipway::services {

struct Prepared {
  const ServiceTable* table = nullptr;
  const Route* route = nullptr;
  auth::Principal caller;
  Realm realm;
  wire::Value input;
  std::string request_id;
  bool tls = false;
  std::string source_ip, user_agent;
};

class Dispatcher {
 public:
  Dispatcher(std::span<const ServiceTable> tables, const auth::KeyRing& keys, const Environment& environment);

  // Finds the service by the signature's scope (or X-Amz-Target, or Action), checks the signature, parses and
  // validates. Otherwise the answer to send, in the words of the service's protocol.
  std::expected<Prepared, wire::HttpResponseParts> prepare(const wire::HttpRequestParts& request, bool tls,
                                                           Instant now, std::string request_id,
                                                           std::string_view source_ip = {}) const;
  // Authorises and runs the operation's step.
  Result<wire::Value> step(core::Turn& turn, const Prepared& call) const;

  static wire::HttpResponseParts answer(const Prepared& call, const Result<wire::Value>& output);

 private:
  const ServiceTable* table_of(const wire::Service* service) const;

  std::span<const ServiceTable> tables_;
  const auth::KeyRing& keys_;
  const Environment& environment_;
};

}  // namespace slipway::services
