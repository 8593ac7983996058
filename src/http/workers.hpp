#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

#include "http/completion.hpp"
#include "http/task.hpp"

namespace slipway::http {

// A few threads for work that blocks: files, hashing, name lookup. Destruction finishes what is queued.
class WorkerPool {
 public:
  explicit WorkerPool(std::size_t threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Any thread; in order.
  void submit(std::move_only_function<void()>);

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::move_only_function<void()>> queue_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

// co_await run_blocking(pool, fn): runs fn on a worker, resumes here with what it returned.
template <class Function, class T = std::invoke_result_t<Function&>>
Task<T> run_blocking(WorkerPool& pool, Function function) {
  if constexpr (std::is_void_v<T>) {
    Completion<> done;
    pool.submit([done, work = std::move(function)]() mutable {
      work();
      done.complete({});
    });
    co_await done.wait();
  } else {
    Completion<T> done;
    pool.submit([done, work = std::move(function)]() mutable { done.complete(work()); });
    co_return co_await done.wait();
  }
}

}  // namespace slipway::http
