#include "daemon/turn_time.hpp"

#include <gtest/gtest.h>

namespace slipway::daemon {
namespace {

constexpr Instant start{1'800'000'000'000};
constexpr std::int64_t second = 1'000, day = 86'400'000;

TEST(TurnTime, IsTheWallClocksWhileThatGoesForward) {
  TurnTime time(start);
  EXPECT_EQ(time.at(start + 5, 100), start + 5);
  EXPECT_EQ(time.at(start + day, 101), start + day) << "a jump forward is followed at once";
  EXPECT_EQ(time.at(start + day + 7, 9'000), start + day + 7);
}

TEST(TurnTime, GoesOnAtHalfSpeedWhereTheClockWasSetBack) {
  TurnTime time(start);
  std::int64_t steady = 0;
  Instant wall = start + day, last = time.at(wall, steady);
  wall = wall - day;
  EXPECT_EQ(time.at(wall, steady), last) << "it never goes back";
  for (int i = 1; i <= 100; ++i) {
    EXPECT_EQ(time.at(wall = wall + second, steady += second), last + second / 2);
    last = last + second / 2;
  }
  // Two days on, the day too many is made good.
  EXPECT_EQ(time.at(wall = start + 2 * day, steady = 2 * day), wall);
  EXPECT_EQ(time.at(wall = wall + second, steady += second), wall);
}

TEST(TurnTime, LosesNothingOverManyShortTurns) {
  TurnTime time(start + day);
  std::int64_t steady = 0;
  (void)time.at(start, steady);
  Instant at;
  for (int i = 0; i < 1'001; ++i) at = time.at(start + i, ++steady);
  EXPECT_EQ(at, start + day + 500);
}

TEST(TurnTime, StandsNotStillAfterAStartAheadOfTheClock) {
  TurnTime time(start + day);  // an earlier process saw it
  EXPECT_EQ(time.at(start, 1'000'000), start + day) << "what passed before is nobody's";
  EXPECT_EQ(time.at(start + second, 1'000'000 + second), start + day + second / 2);
}

}  // namespace
}  // namespace slipway::daemon
