#include "sim/timeline.hpp"

namespace slipway::sim {

void Timeline::at(Instant when, std::function<void()> happen) {
  due_.emplace(std::pair(std::max(when, now_), asked_++), std::move(happen));
}

void Timeline::at(Instant when, const std::weak_ptr<const void>& life, std::function<void()> happen) {
  at(when, [life, happen = std::move(happen)] {
    if (!life.expired()) happen();
  });
}

bool Timeline::step(Instant until) {
  if (due_.empty() || due_.begin()->first.first > until) {
    now_ = std::max(now_, until);
    return false;
  }
  auto next = due_.extract(due_.begin());
  now_ = next.key().first;
  next.mapped()();
  return true;
}

}  // namespace slipway::sim
