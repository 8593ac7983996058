#pragma once

#include <functional>
#include <memory>
#include <string>

#include "auth/key_snapshot.hpp"
#include "base/result.hpp"
#include "core/turn.hpp"
#include "services/common/dispatch.hpp"
#include "wire/protocol.hpp"

namespace slipway::sim {

// Every service that is served, as in the daemon.
std::span<const services::ServiceTable> service_tables();

// An API call as it arrives: already signed by `caller`, not yet parsed.
struct ApiCall {
  auth::Principal caller;
  std::string region;
  const services::ServiceTable* table = nullptr;
  std::string operation;
  wire::HttpRequestParts request;
};

// From an operation's input. `service` and `operation` must be served.
ApiCall make_call(const auth::Principal& caller, const std::string& region, std::string_view service,
                  std::string_view operation, const wire::Value& input);
// From a JSON body as it stands, however wrong it is (awsJson services).
ApiCall make_json_call(const auth::Principal& caller, const std::string& region, std::string_view service,
                       std::string_view operation, std::string body);

// What the daemon does between the signature and the turn: route, parse, validate.
Result<services::Prepared> prepare(const ApiCall& call);

// A call on its way through the turn, as the daemon's. `done` is called once, when the reply leaves or the
// event is refused; never when the process ends before.
class CallEvent final : public core::Event {
 public:
  using Done = std::function<void(Result<wire::Value>)>;
  // Told when the call has been stepped, whatever becomes of it.
  using Stepped = std::function<void(const services::Prepared&, const Result<wire::Value>&)>;

  CallEvent(const services::Dispatcher& dispatcher, services::Prepared call, Done done, Stepped stepped)
      : dispatcher_(dispatcher),
        call_(std::move(call)),
        done_(std::move(done)),
        stepped_(std::move(stepped)) {}

  bool mutates() const override { return call_.route->access == services::Access::write; }
  Result<> step(core::Turn& turn) override;
  void released() override { done_(std::move(output_)); }
  void refused(const Error& error) override { done_(std::unexpected(error)); }

 private:
  const services::Dispatcher& dispatcher_;
  services::Prepared call_;
  Done done_;
  Stepped stepped_;
  Result<wire::Value> output_;
};

// An event that runs a function in the turn.
class FunctionEvent final : public core::Event {
 public:
  using Body = std::function<Result<>(core::Turn&)>;
  using Done = std::function<void(Result<>)>;

  explicit FunctionEvent(Body body, Done done = {}) : body_(std::move(body)), done_(std::move(done)) {}

  Result<> step(core::Turn& turn) override { return result_ = body_(turn); }
  void released() override {
    if (done_) done_(std::move(result_));
  }
  void refused(const Error& error) override {
    if (done_) done_(std::unexpected(error));
  }

 private:
  Body body_;
  Done done_;
  Result<> result_;
};

}  // namespace slipway::sim
