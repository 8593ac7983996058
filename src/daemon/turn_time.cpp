#include "daemon/turn_time.hpp"

#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "base/log.hpp"

namespace slipway::daemon {
namespace {

constexpr std::int64_t worth_telling_ms = 60'000;

}  // namespace

Instant TurnTime::at(Instant wall, std::int64_t steady_ms) {
  if (steady_ms_ != INT64_MIN) owed_ms_ += std::max<std::int64_t>(steady_ms - steady_ms_, 0);
  steady_ms_ = steady_ms;
  const std::int64_t behind_ms = last_ - wall;
  tell(behind_ms);
  if (behind_ms <= 0) {
    owed_ms_ = 0;
    return last_ = wall;
  }
  const std::int64_t given_ms = owed_ms_ / limits::turn_time_slow_down;
  owed_ms_ -= given_ms * limits::turn_time_slow_down;
  return last_ = last_ + given_ms;
}

void TurnTime::tell(std::int64_t behind_ms) {
  if (behind_ms > worth_telling_ms && !std::exchange(told_, true))
    log::warn("this host's clock was set back: times that are told are ahead of it, and go at half speed",
              {{"seconds", behind_ms / 1'000}});
  if (behind_ms <= 0 && std::exchange(told_, false)) log::info("this host's clock has caught up");
}

}  // namespace slipway::daemon
