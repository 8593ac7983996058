#include "daemon/log_upkeep.hpp"

#include <future>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "services/logs/upkeep.hpp"

namespace slipway::daemon {
namespace {

using services::logs::Sweep;

class SweepEvent final : public core::Event {
 public:
  SweepEvent(std::string& cursor, std::promise<Sweep> done) : cursor_(cursor), done_(std::move(done)) {}
  Result<> step(core::Turn& turn) override {
    sweep_ = services::logs::sweep(turn, cursor_);
    return {};
  }
  void released() override { done_.set_value(std::move(sweep_)); }
  void refused(const Error&) override { done_.set_value({.expiries = {}, .done = true}); }

 private:
  std::string& cursor_;
  std::promise<Sweep> done_;
  Sweep sweep_;
};

}  // namespace

LogUpkeep::LogUpkeep(TurnLoop& turn, store::LogStore& logs, http::WorkerPool& workers)
    : turn_(turn), logs_(logs), workers_(workers), thread_([this] { run(); }) {}

LogUpkeep::~LogUpkeep() {
  stop();
}

void LogUpkeep::dropped(const core::DropLogStream& effect) {
  workers_.submit([this, id = effect.stream_id] {
    if (auto done = logs_.drop(id); !done)
      log::warn("log events were not dropped", {{"reason", done.error().message}});
  });
}

void LogUpkeep::run() {
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, std::chrono::milliseconds(limits::log_upkeep_ms),
                          [this] { return stopping_; })) {
    lock.unlock();
    sweep();
    lock.lock();
  }
}

void LogUpkeep::sweep() {
  std::string cursor;
  for (;;) {
    std::promise<Sweep> promise;
    auto future = promise.get_future();
    turn_.post(std::make_unique<SweepEvent>(cursor, std::move(promise)));
    const Sweep sweep = future.get();
    for (const auto& expiry : sweep.expiries)
      if (auto done = logs_.expire(expiry.group_id, expiry.cutoff); !done)
        log::warn("retention was not carried out", {{"reason", done.error().message}});
    if (sweep.done) return;
  }
}

void LogUpkeep::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ended_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace slipway::daemon
