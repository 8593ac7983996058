#pragma once

#include <csignal>
#include <cstdint>
#include <initializer_list>

namespace slipway::daemon {

// Signals that this process waits for instead of being ended by. To be made before threads are, which inherit
// the mask.
class Signals {
 public:
  explicit Signals(std::initializer_list<int> signals) {
    ::sigemptyset(&set_);
    for (int signal : signals) ::sigaddset(&set_, signal);
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }
  // The next of them.
  int wait() const {
    int signal = 0;
    while (::sigwait(&set_, &signal) != 0) {
    }
    return signal;
  }
  // Has one come within that time?
  bool wait_for(std::int64_t timeout_ms) const {
    const timespec timeout{.tv_sec = timeout_ms / 1'000, .tv_nsec = timeout_ms % 1'000 * 1'000'000};
    return ::sigtimedwait(&set_, nullptr, &timeout) > 0;
  }

 private:
  sigset_t set_;
};

}  // namespace slipway::daemon
