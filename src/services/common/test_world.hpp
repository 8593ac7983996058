#pragma once

#include <memory>
#include <string>

#include "base/random.hpp"
#include "core/turn.hpp"
#include "services/common/call.hpp"
#include "wire/json_text.hpp"
#include "wire/validate.hpp"

// For tests: a state, a time and a way to call one operation, without HTTP, signatures or threads.
namespace slipway::services {

class TestWorld {
 public:
  core::State state;
  SeededRandom random{1};
  Instant now{1'795'527'920'000};
  Realm realm{"000000000000", "us-east-1"};
  std::vector<core::Effect> effects;  // of all calls so far
  std::unique_ptr<store::LogStore> logs = *store::open_log_store("");
  logs::LiveTailHub* live_tail = nullptr;
  auth::Principal caller{.kind = auth::PrincipalKind::root,
                         .account = "000000000000",
                         .arn = "arn:aws:iam::000000000000:root",
                         .user_id = "000000000000"};

  // `input` as JSON keyed by member names. Instants and blobs are set by the caller with `call(Value)`.
  Result<wire::Value> call(const ServiceTable& table, std::string_view operation, std::string_view input) {
    auto value = wire::parse_json(input);
    check(value.has_value(), "the test's input is no JSON");
    return call(table, operation, *value);
  }

  Result<wire::Value> call(const ServiceTable& table, std::string_view operation, wire::Value input) {
    for (const Route& route : table.routes) {
      if (route.operation->name != operation) continue;
      if (table.generic_validation && route.operation->input)
        if (auto valid = wire::validate(*route.operation->input, input, table.service->validation_code);
            !valid)
          return pass(valid);
      Result<wire::Value> output;
      apply([&](core::Turn& turn) -> Result<> {
        Call made{turn, environment, caller, realm, *route.operation, input};
        output = route.step(made);
        if (!output) return std::unexpected(output.error());  // a copy: the test looks at it
        return {};
      });
      if (output && route.work) {
        BulkCall bulk{*logs, input, *output, now, live_tail};
        return route.work(bulk);
      }
      return output;
    }
    crash("the test calls an operation that the table does not have");
  }

  // One event that runs `body`.
  template <class Body>
  void apply(Body body) {
    struct Once : core::Event {
      Body& body;
      explicit Once(Body& b) : body(b) {}
      Result<> step(core::Turn& turn) override { return body(turn); }
    };
    engine.begin(now);
    engine.step(std::make_unique<Once>(body));
    auto outcome = engine.end();
    effects.insert(effects.end(), outcome.effects.begin(), outcome.effects.end());
    changes += outcome.changes.size();
  }

  auth::Sealer sealer{auth::SealKey{}};
  Environment environment{"http://127.0.0.1:4566", sealer, auth::SessionSealer(sealer)};
  core::Engine engine{state, random};
  std::size_t changes = 0;  // rows written so far
};

}  // namespace slipway::services
