#include <gtest/gtest.h>

#include "base/log.hpp"
#include "sim/faulty_store.hpp"
#include "sim/fleet.hpp"
#include "sim/world.hpp"

namespace slipway::sim {
namespace {

class Quiet : public testing::Environment {
 public:
  void SetUp() override { log::set_level(log::Level::error); }
};
const auto* const quiet = testing::AddGlobalTestEnvironment(new Quiet);

// Seeds that once found something, and why they stay.
struct Remembered {
  std::uint64_t seed;
  const char* why;
};
constexpr Remembered remembered[] = {
    {1, "a node's word for a container's status was stored as it came"},
    {4, "a container override of cpu -4096 made room that was not there"},
    {9, "a lost host's Fargate tasks waited for it for ever"},
    {22, "a task whose dispensable container did not start stayed PENDING"},
};

TEST(Simulation, SeedsThatFoundSomethingFindNothing) {
  for (const auto& [seed, why] : remembered) {
    const RunResult result = run({.seed = seed});
    EXPECT_FALSE(result.failure) << why << "\n" << *result.failure;
  }
}

TEST(Simulation, ASeedIsAWholeRun) {
  const RunResult first = run({.seed = 42}), again = run({.seed = 42}), other = run({.seed = 43});
  EXPECT_EQ(first.hash, again.hash);
  EXPECT_EQ(first.turns, again.turns);
  EXPECT_NE(first.hash, other.hash);
}

// That nothing was found must not be because nothing happened.
TEST(Simulation, RunsAreFullOfLife) {
  RunResult sum;
  for (std::uint64_t seed = 100; seed < 108; ++seed) {
    const RunResult result = run({.seed = seed});
    ASSERT_FALSE(result.failure) << *result.failure;
    sum.calls += result.calls;
    sum.crashes += result.crashes;
    sum.tasks += result.tasks;
  }
  EXPECT_GT(sum.calls, 2'000u);
  EXPECT_GT(sum.crashes, 8u);
  EXPECT_GT(sum.tasks, 80u);
}

std::map<std::string, std::string> rows(FaultyStore& store) {
  std::map<std::string, std::string> all;
  EXPECT_TRUE(store.load([&](std::string_view row, std::string_view value) -> Result<> {
    all.emplace(row, value);
    return {};
  }));
  return all;
}

TEST(FaultyStore, APowerCutKeepsWhatWasSyncedAndWholeBatchesOfTheRest) {
  int kept = 0, lost = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SeededRandom random(seed);
    FaultyStore store;
    ASSERT_TRUE(store.commit({{"a", "1"}, {"b", "1"}}));
    store.write({{"a", "2"}, {"b", std::nullopt}, {"c", "2"}});
    store.power_cut(random);
    const auto found = rows(store);
    const bool before = found == std::map<std::string, std::string>{{"a", "1"}, {"b", "1"}};
    const bool after = found == std::map<std::string, std::string>{{"a", "2"}, {"c", "2"}};
    EXPECT_TRUE(before || after) << "seed " << seed;
    kept += after, lost += before;
  }
  EXPECT_GT(kept, 0);
  EXPECT_GT(lost, 100);
}

TEST(FaultyStore, AFailedSyncPromisesNothing) {
  FaultyStore store;
  store.fail_next_sync("no space left on device");
  EXPECT_FALSE(store.commit({{"a", "1"}}));
}

// The judge itself: a store that keeps half a batch is found out.
TEST(Shadow, SeesHalfABatch) {
  FaultyStore store;
  Shadow shadow;
  core::Outcome outcome;
  outcome.changes = {{"0/r/ecs-cluster/a", "1"}, {"0/r/ecs-cluster/b", "1"}};
  shadow.turn_ended(outcome);
  shadow.commit_began(1);
  ASSERT_TRUE(store.commit({{"0/r/ecs-cluster/a", "1"}}));
  EXPECT_TRUE(shadow.reload(store));
}

TEST(Shadow, SeesALostRelease) {
  FaultyStore store;
  Shadow shadow;
  core::Outcome outcome;
  outcome.changes = {{"0/r/ecs-cluster/a", "1"}};
  shadow.turn_ended(outcome);
  shadow.commit_began(1);
  EXPECT_FALSE(shadow.reload(store)) << "a batch in flight may be lost";
  shadow.turn_ended(outcome);
  shadow.commit_began(1);
  shadow.durable();
  EXPECT_TRUE(shadow.reload(store)) << "a released one may not";
}

}  // namespace
}  // namespace slipway::sim
