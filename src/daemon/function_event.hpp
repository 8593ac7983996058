#pragma once

#include <functional>

#include "core/turn.hpp"
#include "daemon/turn_loop.hpp"
#include "http/completion.hpp"

namespace slipway::daemon {

// An event that runs a function in the turn and tells how it went, once that is durable.
class FunctionEvent final : public core::Event, public TakenOnLowDisk {
 public:
  using Body = std::function<Result<>(core::Turn&)>;
  using Reply = http::Completion<Result<>>;

  FunctionEvent(Body body, Reply reply) : body_(std::move(body)), reply_(std::move(reply)) {}

  Result<> step(core::Turn& turn) override { return result_ = body_(turn); }
  void released() override { reply_.complete(std::move(result_)); }
  void refused(const Error& error) override { reply_.complete(std::unexpected(error)); }

 private:
  Body body_;
  Reply reply_;
  Result<> result_;
};

}  // namespace slipway::daemon
