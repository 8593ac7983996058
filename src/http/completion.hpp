#pragma once

#include <atomic>
#include <coroutine>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "http/loop.hpp"

namespace slipway::http {

namespace detail {

class SlotWait;

// One waiting coroutine and one event that some thread announces, met in any order.
class Slot : Wake {
 public:
  Slot() { run = deliver; }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

  // Any thread. The event has happened: the waiter, if there is one, is resumed on its loop. `owner` keeps
  // the slot until then. Returns false if the event had happened before and was not consumed yet.
  bool set(std::shared_ptr<void> owner);
  bool happened() const { return state_.load(std::memory_order_acquire) == set_; }

 private:
  friend class SlotWait;
  enum State : int { empty, waiting, set_ };

  static void deliver(Wake&);

  std::atomic<int> state_{empty};
  Loop* loop_ = nullptr;
  SlotWait* wait_ = nullptr;
  std::shared_ptr<void> owner_;
};

// co_await SlotWait(slot, ms, cancel) → true when the event has happened, which consumes it; false after the
// time (negative: never) or when cancelled.
class SlotWait : Timer, Cancel::Hook {
 public:
  SlotWait(Slot& slot, std::int64_t timeout_ms, Cancel cancel)
      : Timer(Loop::current()), slot_(slot), timeout_ms_(timeout_ms), cancel_(std::move(cancel)) {}
  ~SlotWait() override;

  bool await_ready() { return slot_.happened(); }
  bool await_suspend(std::coroutine_handle<> handle);
  bool await_resume();

 private:
  friend class Slot;
  void fire() override { give_up(); }
  void cancelled() override { give_up(); }
  bool withdraw();
  void give_up();
  void settle();

  Slot& slot_;
  std::int64_t timeout_ms_;
  Cancel cancel_;
  std::coroutine_handle<> handle_;
  bool attached_ = false;
};

}  // namespace detail

// A one-shot answer from any thread to one coroutine: how the turn, a worker or another loop answers. A
// handle; copies name the same slot. Complete it once, or never (the waiter then waits for its timeout).
//
//   Completion<Reply> reply;
//   turn.submit(call, reply);              // elsewhere: reply.complete(...), in a WakeBatch when there are
//   many Reply r = co_await reply.wait();       // resumes on this coroutine's own loop
template <class T = std::monostate>
class Completion {
 public:
  Completion() : state_(std::make_shared<State>()) {}

  // Any thread. Crashes on a second time.
  void complete(T value) const {
    check(!state_->slot.happened(), "a completion was completed twice");
    state_->value.emplace(std::move(value));
    check(state_->slot.set(state_), "a completion was completed twice");
  }

  // Once.
  Task<T> wait() const { return wait_on(state_); }
  // Nothing after `timeout_ms` or when cancelled; it may be waited for again then.
  Task<std::optional<T>> wait_for(std::int64_t timeout_ms, Cancel cancel = {}) const {
    return wait_for_on(state_, timeout_ms, std::move(cancel));
  }

 private:
  struct State {
    detail::Slot slot;
    std::optional<T> value;
  };

  static Task<T> wait_on(std::shared_ptr<State> state) {
    co_await detail::SlotWait(state->slot, -1, {});
    co_return std::move(*state->value);
  }
  static Task<std::optional<T>> wait_for_on(std::shared_ptr<State> state, std::int64_t timeout_ms,
                                            Cancel cancel) {
    if (!co_await detail::SlotWait(state->slot, timeout_ms, std::move(cancel))) co_return std::nullopt;
    co_return std::move(state->value);
  }

  std::shared_ptr<State> state_;
};

// A flag that wakes one waiter, from any thread, any number of times; sets that come before the waiter ran
// count once. A handle; copies name the same flag.
class Signal {
 public:
  Signal() : slot_(std::make_shared<detail::Slot>()) {}

  // Any thread.
  void set() const { slot_->set(slot_); }
  // true when set, which clears it; false after `timeout_ms` (negative: never) or when cancelled.
  Task<bool> wait(std::int64_t timeout_ms = -1, Cancel cancel = {}) const {
    return wait_on(slot_, timeout_ms, std::move(cancel));
  }

 private:
  static Task<bool> wait_on(std::shared_ptr<detail::Slot> slot, std::int64_t timeout_ms, Cancel cancel) {
    co_return co_await detail::SlotWait(*slot, timeout_ms, std::move(cancel));
  }

  std::shared_ptr<detail::Slot> slot_;
};

}  // namespace slipway::http
