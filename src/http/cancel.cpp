#include "http/cancel.hpp"

#include <algorithm>
#include <mutex>
#include <vector>

#include "base/check.hpp"
#include "http/loop.hpp"

namespace slipway::http {

// Hooks are kept per loop, in intrusive lists: a server's stop token carries one for every waiting
// connection, and detaching must not search among them.
struct Cancel::State {
  struct List {
    Loop* loop;
    Hook* first = nullptr;
  };

  std::mutex mutex;
  bool requested = false;
  std::vector<List> lists;

  List& list_of(Loop* loop) {
    auto found = std::ranges::find(lists, loop, &List::loop);
    return found != lists.end() ? *found : lists.emplace_back(loop);
  }

  void unlink(Hook& hook) {
    if (hook.previous_)
      hook.previous_->next_ = hook.next_;
    else
      list_of(hook.loop_).first = hook.next_;
    if (hook.next_) hook.next_->previous_ = hook.previous_;
    hook.loop_ = nullptr;
    hook.previous_ = hook.next_ = nullptr;
  }

  Hook* take(Loop* loop) {
    std::lock_guard lock(mutex);
    Hook* hook = list_of(loop).first;
    if (hook) unlink(*hook);
    return hook;
  }
};

Cancel Cancel::make() {
  Cancel cancel;
  cancel.state_ = std::make_shared<State>();
  return cancel;
}

// Hooks run on their own loops, one by one and without the lock: each may resume a coroutine that detaches
// others. New ones can no longer attach.
void Cancel::request() const {
  check(state_ != nullptr, "a Cancel that never fires was requested");
  std::vector<Loop*> loops;
  {
    std::lock_guard lock(state_->mutex);
    if (state_->requested) return;
    state_->requested = true;
    for (const State::List& list : state_->lists)
      if (list.first) loops.push_back(list.loop);
  }
  for (Loop* loop : loops)
    loop->post([state = state_, loop] {
      while (Hook* hook = state->take(loop)) hook->cancelled();
    });
}

bool Cancel::requested() const {
  if (!state_) return false;
  std::lock_guard lock(state_->mutex);
  return state_->requested;
}

bool Cancel::attach(Loop& loop, Hook& hook) const {
  if (!state_) return true;
  std::lock_guard lock(state_->mutex);
  if (state_->requested) return false;
  check(hook.loop_ == nullptr, "a hook was attached twice");
  State::List& list = state_->list_of(&loop);
  hook.loop_ = &loop;
  hook.next_ = list.first;
  if (list.first) list.first->previous_ = &hook;
  list.first = &hook;
  return true;
}

void Cancel::detach(Hook& hook) const {
  if (!state_) return;
  std::lock_guard lock(state_->mutex);
  if (hook.loop_) state_->unlink(hook);
}

}  // namespace slipway::http
