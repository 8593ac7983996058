#pragma once

#include <coroutine>
#include <optional>
#include <tuple>
#include <utility>

namespace slipway::http {

// co_await callback<Results...>(start): calls start(done), where `done` is a small copyable function object
// that is called once with the results, later and on this loop. The bridge from libraries with callbacks.
// `start` must not call `done` itself.
template <class Start, class... Results>
class Callback {
 public:
  explicit Callback(Start start) : start_(std::move(start)) {}

  struct Done {
    Callback* callback;
    void operator()(Results... results) const {
      callback->results_.emplace(std::move(results)...);
      callback->handle_.resume();
    }
  };

  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    handle_ = handle;
    start_(Done{this});
  }
  std::tuple<Results...> await_resume() { return std::move(*results_); }

 private:
  Start start_;
  std::coroutine_handle<> handle_;
  std::optional<std::tuple<Results...>> results_;
};

template <class... Results, class Start>
Callback<Start, Results...> callback(Start start) {
  return Callback<Start, Results...>(std::move(start));
}

}  // namespace slipway::http
