#pragma once

// The templates of loop.hpp; included by it alone.
#include <semaphore>

#include "http/loop.hpp"

namespace slipway::http {

inline auto Loop::yield() {
  struct Awaiter : Wake {
    Loop& loop;
    std::coroutine_handle<> waiting;

    explicit Awaiter(Loop& on) : loop(on) {}
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      waiting = handle;
      run = [](Wake& self) { static_cast<Awaiter&>(self).waiting.resume(); };
      loop.wake(*this);
    }
    void await_resume() {}
  };
  return Awaiter(*this);
}

namespace detail {

template <class T>
Task<void> store_result(Task<T> task, std::optional<T>& into, std::function<void()> done) {
  into.emplace(co_await std::move(task));
  done();
}

inline Task<void> store_result(Task<void> task, std::function<void()> done) {
  co_await std::move(task);
  done();
}

}  // namespace detail

template <class T>
T run_until_done(Loop& loop, Task<T> task) {
  std::function<void()> done = [&loop] { loop.stop(); };
  if constexpr (std::is_void_v<T>) {
    spawn(loop, detail::store_result(std::move(task), done));
    loop.run();
  } else {
    std::optional<T> value;
    spawn(loop, detail::store_result(std::move(task), value, done));
    loop.run();
    check(value.has_value(), "the loop was stopped before the task was done");
    return std::move(*value);
  }
}

template <class T>
T run_on(Loop& loop, Task<T> task) {
  check(!loop.on_this_thread(), "run_on would wait for its own loop");
  std::binary_semaphore finished(0);
  std::function<void()> done = [&finished] { finished.release(); };
  if constexpr (std::is_void_v<T>) {
    spawn(loop, detail::store_result(std::move(task), done));
    finished.acquire();
  } else {
    std::optional<T> value;
    spawn(loop, detail::store_result(std::move(task), value, done));
    finished.acquire();
    return std::move(*value);
  }
}

}  // namespace slipway::http
