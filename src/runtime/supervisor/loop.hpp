#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "runtime/system/files.hpp"

namespace slipway::runtime {

// epoll, level-triggered, one thread. Handlers may watch and forget descriptors, their own too.
class Loop {
 public:
  using Handler = std::function<void(std::uint32_t events)>;

  Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void watch(int fd, std::uint32_t events, Handler);  // EPOLLIN …
  void change(int fd, std::uint32_t events);
  void forget(int fd);  // before it is closed

  // Until stop(). `after_each` runs after every batch of events, and at least once a second.
  void run(const std::function<void()>& after_each);
  void stop() { running_ = false; }

 private:
  Fd epoll_;
  std::map<int, std::shared_ptr<Handler>> handlers_;
  bool running_ = false;
};

}  // namespace slipway::runtime
