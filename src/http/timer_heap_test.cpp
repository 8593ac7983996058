#include "http/timer_heap.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "base/random.hpp"

namespace slipway::http {
namespace {

class NeverFires final : public Timer {
 public:
  using Timer::Timer;

 private:
  void fire() override {}
};

Task<bool> rings_between(std::int64_t after_ms, std::int64_t sleep_ms) {
  std::int64_t start_ms = Loop::now_ms();
  co_await Loop::current().sleep(sleep_ms);
  co_return Loop::now_ms() - start_ms >= after_ms;
}

// Armed, moved and disarmed at random; what is left rings no earlier than it should.
TEST(TimerHeap, Survives_random_arming_and_disarming) {
  Loop loop;
  SeededRandom random(7);
  std::vector<std::unique_ptr<NeverFires>> timers;
  for (int i = 0; i < 200; ++i) timers.push_back(std::make_unique<NeverFires>(loop));
  for (int step = 0; step < 20'000; ++step) {
    Timer& timer = *timers[random.below(timers.size())];
    if (random.below(3) == 0)
      timer.disarm();
    else
      timer.arm(Loop::now_ms() + 60'000 + std::int64_t(random.below(1'000)));
  }
  EXPECT_TRUE(run_until_done(loop, rings_between(20, 21)));
  while (!timers.empty()) timers.erase(timers.begin() + std::ptrdiff_t(random.below(timers.size())));
}

class Recorded final : public Timer {
 public:
  Recorded(Loop& loop, std::vector<std::int64_t>& rung, std::size_t expected)
      : Timer(loop), loop_(loop), rung_(rung), expected_(expected) {}

 private:
  void fire() override {
    EXPECT_GE(Loop::now_ms(), due_ms());
    rung_.push_back(due_ms());
    if (rung_.size() == expected_) loop_.stop();
  }

  Loop& loop_;
  std::vector<std::int64_t>& rung_;
  std::size_t expected_;
};

TEST(TimerHeap, Rings_each_once_in_order_and_not_too_early) {
  Loop loop;
  SeededRandom random(8);
  std::vector<std::int64_t> rung;
  std::vector<std::unique_ptr<Recorded>> timers;
  std::int64_t base_ms = Loop::now_ms();
  for (int i = 0; i < 100; ++i) {
    timers.push_back(std::make_unique<Recorded>(loop, rung, 100));
    timers.back()->arm(base_ms + std::int64_t(random.below(60)));
  }
  loop.run();
  EXPECT_EQ(rung.size(), 100u);
  EXPECT_TRUE(std::ranges::is_sorted(rung));
}

}  // namespace
}  // namespace slipway::http
