#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "http/completion.hpp"
#include "http/loop.hpp"
#include "http/task.hpp"

namespace slipway::agent {

// Coroutines that run beside their owner, who waits for all of them before it goes. Used on one loop.
class Background {
 public:
  explicit Background(http::Loop& loop) : loop_(loop), state_(std::make_shared<State>()) {}

  void start(http::Task<void> task) {
    ++state_->running;
    http::spawn(loop_, watch(state_, std::move(task)));
  }
  // When none runs any more. One waiter at a time.
  http::Task<void> join() { return wait(state_); }

 private:
  struct State {
    std::size_t running = 0;
    http::Signal ended;
  };

  static http::Task<void> watch(std::shared_ptr<State> state, http::Task<void> task) {
    co_await std::move(task);
    --state->running;
    state->ended.set();
  }
  static http::Task<void> wait(std::shared_ptr<State> state) {
    while (state->running > 0) co_await state->ended.wait();
  }

  http::Loop& loop_;
  std::shared_ptr<State> state_;
};

}  // namespace slipway::agent
