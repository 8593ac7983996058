#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "base/time.hpp"

namespace slipway::sim {

// Virtual time: it stands still while something happens and then jumps to the next thing that will. Things
// due at one time happen in the order in which they were asked for, so a run is a function of its seed.
class Timeline final : public Clock {
 public:
  explicit Timeline(Instant start) : now_(start) {}

  Instant now() override { return now_; }

  void at(Instant when, std::function<void()> happen);
  void after(std::int64_t ms, std::function<void()> happen) { at(now_ + ms, std::move(happen)); }
  // Nothing happens once `life` has ended: what a crashed process had begun.
  void at(Instant when, const std::weak_ptr<const void>& life, std::function<void()> happen);
  void after(std::int64_t ms, const std::weak_ptr<const void>& life, std::function<void()> happen) {
    at(now_ + ms, life, std::move(happen));
  }

  // Lets the next thing happen; false when there is none before `until`, at which time stands then.
  bool step(Instant until);
  void run(Instant until) {
    while (step(until)) {
    }
  }

 private:
  Instant now_;
  std::uint64_t asked_ = 0;
  std::map<std::pair<Instant, std::uint64_t>, std::function<void()>> due_;
};

// What ends with a process: hand token() to whatever must not outlive it.
class Life {
 public:
  std::weak_ptr<const void> token() const { return alive_; }
  void end() { alive_.reset(); }
  void begin() { alive_ = std::make_shared<int>(); }
  explicit operator bool() const { return alive_ != nullptr; }

 private:
  std::shared_ptr<const int> alive_;
};

}  // namespace slipway::sim
