#include "http/loop.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

#include "http/callback.hpp"
#include "http/completion.hpp"
#include "http/timer_heap.hpp"

namespace slipway::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

thread_local Loop* loop_of_this_thread = nullptr;
thread_local WakeBatch* batch_of_this_thread = nullptr;

// A spawned task: owns itself, and stands in its loop's list so that the loop can destroy it.
struct Detached {
  struct promise_type;
  using List = promise_type*;

  struct promise_type {
    List& list;
    promise_type* previous = nullptr;
    promise_type* next;

    promise_type(List& of, Task<void>&) : list(of), next(of) {
      if (next) next->previous = this;
      list = this;
    }
    ~promise_type() {
      (previous ? previous->next : list) = next;
      if (next) next->previous = previous;
    }
    Detached get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() noexcept { detail::exception_left_coroutine(); }
  };

  std::coroutine_handle<promise_type> handle;
};

Detached detached(Detached::List&, Task<void> task) {
  co_await std::move(task);
}

// A descriptor lent to Asio for one wait, and what may end the wait early.
class FdWait : Timer, Cancel::Hook {
 public:
  FdWait(Loop& loop, asio::io_context& io) : Timer(loop), descriptor(io), loop_(loop) {}
  ~FdWait() override {
    if (descriptor.is_open()) descriptor.release();  // not ours to close
    cancel_.detach(*this);
  }

  bool begin(int fd, std::int64_t timeout_ms, Cancel cancel) {
    if (!cancel.attach(loop_, *this)) return false;
    cancel_ = std::move(cancel);
    error_code error;
    descriptor.assign(fd, error);
    check(!error, "a descriptor that cannot be waited for, or is waited for already");
    if (timeout_ms >= 0) arm(Loop::now_ms() + timeout_ms);
    return true;
  }

  asio::posix::stream_descriptor descriptor;

 private:
  void fire() override { interrupt(); }
  void cancelled() override { interrupt(); }
  void interrupt() {
    error_code ignored;
    descriptor.cancel(ignored);
  }

  Loop& loop_;
  Cancel cancel_;
};

struct Posted : Wake {
  std::move_only_function<void()> work;
};

}  // namespace

// The inbox is a lock-free stack of Wakes. Whoever pushes onto an empty one kicks the loop, once; the loop
// takes the whole stack, turns it round and runs it. So the cost of waking (an event descriptor's system
// call inside Asio) is paid per burst and not per item.
struct Loop::Impl {
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  std::atomic<Wake*> inbox{nullptr};
  TimerHeap timers;
  asio::steady_timer alarm{io};
  std::int64_t alarm_ms = -1;
  Detached::List spawned = nullptr;

  void drain() {
    Wake* newest = inbox.exchange(nullptr, std::memory_order_acquire);
    Wake* oldest = nullptr;
    while (newest) {
      Wake* next = newest->next;
      newest->next = oldest;
      oldest = newest;
      newest = next;
    }
    while (oldest) {
      Wake* next = oldest->next;
      oldest->run(*oldest);
      oldest = next;
    }
  }

  void set_alarm() {
    if (timers.empty()) return;
    std::int64_t due_ms = timers.earliest().due_ms();
    if (alarm_ms >= 0 && alarm_ms <= due_ms) return;
    alarm_ms = due_ms;
    alarm.expires_at(std::chrono::steady_clock::time_point(std::chrono::milliseconds(due_ms)));
    alarm.async_wait([this](error_code error) {
      if (!error) ring();
    });
  }

  void ring() {
    alarm_ms = -1;
    std::int64_t now = Loop::now_ms();
    while (!timers.empty() && timers.earliest().due_ms() <= now) {
      Timer& timer = timers.earliest();
      timers.remove(timer);
      Loop::fire(timer);
    }
    set_alarm();
  }
};

Timer::~Timer() {
  disarm();
}

void Timer::arm(std::int64_t due_ms) {
  disarm();
  due_ms_ = due_ms;
  loop_.impl_->timers.insert(*this);
  loop_.impl_->set_alarm();
}

void Timer::disarm() {
  if (armed()) loop_.impl_->timers.remove(*this);
}

void Loop::fire(Timer& timer) {
  timer.fire();
}

Loop::Loop() : impl_(std::make_unique<Impl>()) {}

// Waiting coroutines go first, while everything that their destructors touch still stands; what they post
// on their way out is dropped with the rest of the inbox.
Loop::~Loop() {
  check(!on_this_thread(), "a loop was destroyed inside its own run()");
  Loop* outer = std::exchange(loop_of_this_thread, this);
  while (impl_->spawned)
    std::coroutine_handle<Detached::promise_type>::from_promise(*impl_->spawned).destroy();
  while (Wake* wake = impl_->inbox.exchange(nullptr)) {
    while (wake) {
      Wake* next = wake->next;
      if (wake->run == run_posted) delete static_cast<Posted*>(wake);
      wake = next;
    }
  }
  loop_of_this_thread = outer;
}

void Loop::run() {
  check(!on_this_thread(), "run() inside run()");
  Loop* outer = std::exchange(loop_of_this_thread, this);
  impl_->io.restart();
  impl_->io.run();
  loop_of_this_thread = outer;
}

// By way of the inbox, so that a stop that comes before run() is not lost.
void Loop::stop() {
  post([this] { impl_->io.stop(); });
}

void Loop::run_posted(Wake& wake) {
  std::unique_ptr<Posted> posted(static_cast<Posted*>(&wake));
  posted->work();
}

void Loop::post(std::move_only_function<void()> work) {
  auto* posted = new Posted{{run_posted, nullptr}, std::move(work)};
  wake(*posted);
}

void Loop::wake(Wake& wake) {
  Wake* head = impl_->inbox.load(std::memory_order_relaxed);
  do {
    wake.next = head;
  } while (!impl_->inbox.compare_exchange_weak(head, &wake, std::memory_order_release));
  if (head) return;
  if (batch_of_this_thread && !on_this_thread())
    batch_of_this_thread->loops_.push_back(this);
  else
    kick();
}

void Loop::kick() {
  asio::post(impl_->io, [this] { impl_->drain(); });
}

Loop& Loop::current() {
  check(loop_of_this_thread != nullptr, "no loop runs on this thread");
  return *loop_of_this_thread;
}

bool Loop::on_this_thread() const {
  return loop_of_this_thread == this;
}

std::int64_t Loop::now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Task<bool> Loop::sleep(std::int64_t milliseconds, Cancel cancel) {
  detail::Slot never_set;
  co_await detail::SlotWait(never_set, milliseconds, cancel);
  co_return !cancel.requested();
}

Task<bool> Loop::readable(int fd, std::int64_t timeout_ms, Cancel cancel) {
  return wait_fd(fd, false, timeout_ms, std::move(cancel));
}

Task<bool> Loop::writable(int fd, std::int64_t timeout_ms, Cancel cancel) {
  return wait_fd(fd, true, timeout_ms, std::move(cancel));
}

Task<bool> Loop::wait_fd(int fd, bool write, std::int64_t timeout_ms, Cancel cancel) {
  FdWait wait(*this, impl_->io);
  if (!wait.begin(fd, timeout_ms, cancel)) co_return false;
  auto [error] = co_await callback<error_code>([&](auto done) {
    wait.descriptor.async_wait(
        write ? asio::posix::descriptor_base::wait_write : asio::posix::descriptor_base::wait_read, done);
  });
  co_return !error;
}

void* Loop::native() {
  return &impl_->io;
}

void spawn(Loop& loop, Task<void> task) {
  loop.post([&loop, task = std::move(task)]() mutable {
    detached(loop.impl_->spawned, std::move(task)).handle.resume();
  });
}

WakeBatch::WakeBatch() : outer_(batch_of_this_thread) {
  batch_of_this_thread = this;
}

WakeBatch::~WakeBatch() {
  batch_of_this_thread = outer_;
  for (Loop* loop : loops_) loop->kick();
}

LoopThreads::LoopThreads(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) loops_.push_back(std::make_unique<Loop>());
  for (auto& loop : loops_) threads_.emplace_back([&loop] { loop->run(); });
}

LoopThreads::~LoopThreads() {
  stop();
}

std::vector<Loop*> LoopThreads::loops() const {
  std::vector<Loop*> result;
  for (const auto& loop : loops_) result.push_back(loop.get());
  return result;
}

void LoopThreads::stop() {
  for (std::size_t i = 0; i < threads_.size(); ++i) loops_[i]->stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace slipway::http
