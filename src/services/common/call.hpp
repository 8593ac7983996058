#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "auth/policy/cache.hpp"
#include "auth/principal.hpp"
#include "auth/session.hpp"
#include "base/arn.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "core/turn.hpp"
#include "services/common/asks.hpp"
#include "store/log_store.hpp"
#include "wire/shape.hpp"
#include "wire/value.hpp"

// What an API operation is given and what it answers. An operation is one function in one file; the service's
// table (services/<api>/table.cpp) names it.
namespace slipway::services {

namespace logs {
class LiveTailHub;  // services/logs/live_tail.hpp
}

// What is the same for every call of a server.
struct Environment {
  std::string endpoint;  // "http://127.0.0.1:4566": where agents and containers reach this server
  auth::Sealer sealer;   // of secrets at rest
  auth::SessionSealer sessions;
  std::int64_t task_credentials_life_ms = limits::task_credentials_life_ms;
  // Compiled policy documents. Of the turn's thread; never null.
  std::shared_ptr<auth::policy::Cache> policies = std::make_shared<auth::policy::Cache>();
};

// One call while it is stepped. Everything that it changes goes through `turn`; an Error undoes it all.
struct Call {
  core::Turn& turn;
  const Environment& environment;
  const auth::Principal& caller;
  const Realm& realm;  // account of the caller, region of the signature
  const wire::Operation& operation;
  const wire::Value& input;          // read it through the operation's typed view
  bool tls = false;                  // how the caller reached us
  std::string_view source_ip = {};   // empty over a socket pair
  std::string_view user_agent = {};  // empty: none

  Instant now() const { return turn.now(); }
};
using Step = Result<wire::Value> (*)(Call&);

// The second half of a bulk call (design §3): `plan` is what the step answered; the work runs on an I/O
// worker, outside the turn, and gives the output.
struct BulkCall {
  store::LogStore& logs;
  const wire::Value& input;
  const wire::Value& plan;
  Instant now;
  logs::LiveTailHub* live_tail = nullptr;  // nullptr: nobody can watch
};
using Work = Result<wire::Value> (*)(BulkCall&);

enum class Access {
  read,  // changes nothing: served while the disk is almost full
  write,
};

struct Route {
  const wire::Operation* operation;
  Access access;
  Step step;
  Work work = nullptr;
};

struct ServiceTable {
  const wire::Service* service;
  std::span<const Route> routes;
  // Checks the input against the model's constraints before the step, with AWS's generic words. ECS words its
  // errors itself.
  bool generic_validation = true;
  // What operations ask leave for; one that is missing asks for its own action on "*".
  std::span<const AskEntry> asks = {};
};

}  // namespace slipway::services
