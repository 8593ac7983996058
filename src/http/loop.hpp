#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "http/cancel.hpp"
#include "http/task.hpp"

namespace slipway::http {

class Loop;

// A piece of work that some thread hands to a loop without allocating: embed it, fill `run`, push it with
// Loop::wake. The loop calls run(*this) once per push; the memory stays the caller's.
struct Wake {
  void (*run)(Wake&) = nullptr;
  Wake* next = nullptr;
};

// A point in a loop's time, embedded in whoever waits for it. `fire` is called once, on the loop. Disarms
// itself when destroyed.
class Timer {
 public:
  explicit Timer(Loop& loop) : loop_(loop) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  virtual ~Timer();

  // `due_ms` is in the loop's time (Loop::now_ms). Arming an armed timer moves it.
  void arm(std::int64_t due_ms);
  void disarm();
  bool armed() const { return index_ != none; }
  std::int64_t due_ms() const { return due_ms_; }

 protected:
  virtual void fire() = 0;

 private:
  friend class Loop;
  friend class TimerHeap;
  static constexpr std::size_t none = ~std::size_t{0};

  Loop& loop_;
  std::int64_t due_ms_ = 0;
  std::size_t index_ = none;
};

// An event loop: run by one thread, it resumes coroutines when what they wait for has happened. Everything
// that waits on a loop is used on that loop's thread only, unless a comment says "any thread".
//
// A loop is destroyed after its run() has returned and after every thread that may still post to it is gone;
// coroutines that wait then are destroyed, innermost first.
class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Until stop(). May be called again after it returned.
  void run();
  // Any thread. run() returns soon, after what was posted before.
  void stop();
  // Any thread. In the order posted.
  void post(std::move_only_function<void()>);
  // Any thread; see Wake.
  void wake(Wake&);

  // The loop whose run() is on this thread's stack; crashes where there is none.
  static Loop& current();
  bool on_this_thread() const;

  // Milliseconds of a clock that never jumps (CLOCK_MONOTONIC).
  static std::int64_t now_ms();

  // co_await loop.sleep(ms, cancel) → true after the time, false as soon as `cancel` is requested.
  Task<bool> sleep(std::int64_t milliseconds, Cancel cancel = {});
  // co_await loop.yield(): lets everything else that is ready run first.
  auto yield();

  // true when `fd` is readable (writable), or in error or hung up; false when cancelled or after `timeout_ms`
  // (negative: never). The fd must be non-blocking and not be waited for elsewhere at the same time; it stays
  // the caller's.
  Task<bool> readable(int fd, std::int64_t timeout_ms = -1, Cancel cancel = {});
  Task<bool> writable(int fd, std::int64_t timeout_ms = -1, Cancel cancel = {});

  // For the .cpp files of this folder: the boost::asio::io_context underneath.
  void* native();

 private:
  friend class Timer;
  friend class WakeBatch;
  friend void spawn(Loop&, Task<void>);
  struct Impl;

  Task<bool> wait_fd(int fd, bool write, std::int64_t timeout_ms, Cancel cancel);
  void kick();
  static void run_posted(Wake&);
  static void fire(Timer&);

  std::unique_ptr<Impl> impl_;
};

// Any thread: starts `task` on `loop`, on its own, soon. What it returns has nowhere to go; a loop destroyed
// earlier destroys it where it waits.
void spawn(Loop& loop, Task<void> task);

// While one lives on a thread, work that this thread hands to loops (complete, wake, post, set) is queued at
// once but wakes each loop only when the batch ends: a hundred replies cost one wake-up.
//
// Keep it short: other threads' work for the same loops may wait behind it.
//
//   { WakeBatch batch; for (auto& reply : replies) reply.slot.complete(std::move(reply.value)); }
class WakeBatch {
 public:
  WakeBatch();
  ~WakeBatch();
  WakeBatch(const WakeBatch&) = delete;
  WakeBatch& operator=(const WakeBatch&) = delete;

 private:
  friend class Loop;
  WakeBatch* outer_;
  std::vector<Loop*> loops_;
};

// N loops, each on a thread of its own, from construction to destruction (stop, join, destroy).
class LoopThreads {
 public:
  explicit LoopThreads(std::size_t count);
  ~LoopThreads();
  LoopThreads(const LoopThreads&) = delete;
  LoopThreads& operator=(const LoopThreads&) = delete;

  std::vector<Loop*> loops() const;
  Loop& operator[](std::size_t i) { return *loops_[i]; }
  // Stops and joins; the loops stay until destruction so that late posts hit something. Idempotent.
  void stop();

 private:
  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<std::thread> threads_;
};

// Runs `loop` on this thread until `task` is done (command line, tests).
template <class T>
T run_until_done(Loop& loop, Task<T> task);

// From a thread that is not the loop's: starts `task` there and blocks until it is done.
template <class T>
T run_on(Loop& loop, Task<T> task);

}  // namespace slipway::http

#include "http/loop_inline.hpp"
