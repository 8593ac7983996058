#include "http/completion.hpp"

namespace slipway::http::detail {

// The slot's states, and who moves it:
//
//   empty ── waiter ──▶ waiting ── setter ──▶ set_ ── waiter consumes ──▶ empty
//   empty ── setter ──▶ set_                  waiting ── waiter gives up ──▶ empty
//
// Only the setter that finds `waiting` pushes the slot to the loop, so it is queued at most once, and the
// waiter that fails to go back from `waiting` to `empty` knows that the push is under way.
bool Slot::set(std::shared_ptr<void> owner) {
  int before = state_.load(std::memory_order_relaxed);
  while (true) {
    if (before == set_) return false;
    if (state_.compare_exchange_weak(before, set_, std::memory_order_acq_rel)) break;
  }
  if (before == waiting) {
    owner_ = std::move(owner);
    loop_->wake(*this);
  }
  return true;
}

void Slot::deliver(Wake& wake) {
  Slot& slot = static_cast<Slot&>(wake);
  std::shared_ptr<void> owner = std::move(slot.owner_);
  SlotWait* wait = std::exchange(slot.wait_, nullptr);
  if (!wait) return;
  wait->settle();
  wait->handle_.resume();
}

SlotWait::~SlotWait() {
  if (slot_.wait_ != this) return;
  withdraw();
  slot_.wait_ = nullptr;
  settle();
}

bool SlotWait::await_suspend(std::coroutine_handle<> handle) {
  handle_ = handle;
  if (cancel_.requested()) return false;
  check(slot_.wait_ == nullptr, "two coroutines wait for one slot");
  slot_.loop_ = &Loop::current();
  slot_.wait_ = this;
  int before = Slot::empty;
  if (!slot_.state_.compare_exchange_strong(before, Slot::waiting, std::memory_order_acq_rel)) {
    slot_.wait_ = nullptr;
    return false;
  }
  if (timeout_ms_ >= 0) arm(Loop::now_ms() + timeout_ms_);
  attached_ = cancel_.attach(*slot_.loop_, *this);
  if (attached_ || !withdraw()) return true;
  slot_.wait_ = nullptr;
  disarm();
  return false;
}

bool SlotWait::await_resume() {
  if (!slot_.happened()) return false;
  slot_.state_.store(Slot::empty, std::memory_order_release);
  return true;
}

// True if the event has not happened: then nobody will deliver any more.
bool SlotWait::withdraw() {
  int before = Slot::waiting;
  return slot_.state_.compare_exchange_strong(before, Slot::empty, std::memory_order_acq_rel);
}

void SlotWait::give_up() {
  if (!withdraw()) return;  // delivery is under way and wins
  slot_.wait_ = nullptr;
  settle();
  handle_.resume();
}

void SlotWait::settle() {
  disarm();
  if (attached_) cancel_.detach(*this);
  attached_ = false;
}

}  // namespace slipway::http::detail
