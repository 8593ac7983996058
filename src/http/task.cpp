#include "http/task.hpp"

#include <cstdio>
#include <exception>

namespace slipway::http::detail {

// By the house's rule errors are values, so an exception here is a broken invariant; unwinding further would
// only move the crash away from its cause, into whichever coroutine happens to wait.
void exception_left_coroutine() {
  try {
    std::rethrow_exception(std::current_exception());
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "slipway: %s\n", exception.what());
  } catch (...) {
  }
  crash("an exception left a coroutine");
}

}  // namespace slipway::http::detail
