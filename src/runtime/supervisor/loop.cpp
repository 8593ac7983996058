#include "runtime/supervisor/loop.hpp"

#include <sys/epoll.h>

#include <array>
#include <cerrno>

#include "base/check.hpp"

namespace slipway::runtime {

Loop::Loop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  check(bool(epoll_), "epoll_create1");
}

void Loop::watch(int fd, std::uint32_t events, Handler handler) {
  handlers_[fd] = std::make_shared<Handler>(std::move(handler));
  epoll_event event{.events = events, .data = {.fd = fd}};
  check(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl add");
}

void Loop::change(int fd, std::uint32_t events) {
  epoll_event event{.events = events, .data = {.fd = fd}};
  check(::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0, "epoll_ctl mod");
}

void Loop::forget(int fd) {
  if (handlers_.erase(fd) > 0) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void Loop::run(const std::function<void()>& after_each) {
  constexpr int tick_ms = 1'000;
  running_ = true;
  std::array<epoll_event, 64> events;
  while (running_) {
    const int count = ::epoll_wait(epoll_.get(), events.data(), int(events.size()), tick_ms);
    check(count >= 0 || errno == EINTR, "epoll_wait");
    for (int at = 0; at < count; ++at) {
      // An earlier handler of this batch may have forgotten this one; the copy keeps it alive if it forgets
      // itself.
      auto found = handlers_.find(events[at].data.fd);
      if (found == handlers_.end()) continue;
      const std::shared_ptr<Handler> handler = found->second;
      (*handler)(events[at].events);
    }
    after_each();
  }
}

}  // namespace slipway::runtime
