#include "core/commit_queue.hpp"

#include <gtest/gtest.h>

#include "base/limits.hpp"

namespace slipway::core {
namespace {

Outcome writes(const char* row) {
  Outcome outcome;
  outcome.changes.push_back({row, "value"});
  return outcome;
}

TEST(CommitQueue, ATurnThatSawOnlyDurableStateWaitsForNothing) {
  CommitQueue queue;
  Outcome reads;
  EXPECT_FALSE(queue.hand_over(reads));
  EXPECT_TRUE(queue.idle());
}

TEST(CommitQueue, AReadWaitsForTheWritesThatItCouldHaveSeen) {
  CommitQueue queue;
  Outcome first = writes("a"), reads;
  EXPECT_TRUE(queue.hand_over(first));
  EXPECT_TRUE(queue.hand_over(reads)) << "behind a turn that waits";
  EXPECT_EQ(queue.begin_commit().size(), 2u);
  Outcome later;
  EXPECT_TRUE(queue.hand_over(later)) << "behind a batch on its way";
  queue.end_commit();
  Outcome last;
  EXPECT_TRUE(queue.hand_over(last)) << "behind a turn that still waits";
  EXPECT_EQ(queue.begin_commit().size(), 2u);
  queue.end_commit();
  Outcome free;
  EXPECT_FALSE(queue.hand_over(free));
}

TEST(CommitQueue, EffectsWaitLikeChanges) {
  CommitQueue queue;
  Outcome outcome;
  outcome.effects.push_back(DropLogStream{"stream"});
  EXPECT_TRUE(queue.hand_over(outcome));
  EXPECT_EQ(queue.begin_commit().size(), 1u);
}

TEST(CommitQueue, OneBatchAtATimeWithAllThatWaits) {
  CommitQueue queue;
  for (const char* row : {"a", "b", "c"}) {
    Outcome outcome = writes(row);
    queue.hand_over(outcome);
  }
  const auto batch = queue.begin_commit();
  ASSERT_EQ(batch.size(), 3u);
  EXPECT_EQ(batch[2].changes[0].row, "c");
  Outcome next = writes("d");
  queue.hand_over(next);
  EXPECT_TRUE(queue.begin_commit().empty());
  queue.end_commit();
  EXPECT_EQ(queue.begin_commit().size(), 1u);
}

TEST(CommitQueue, SaysWhenTurnsShouldWait) {
  CommitQueue queue;
  for (std::size_t i = 0; i < limits::commit_queue_turns; ++i) {
    EXPECT_FALSE(queue.full());
    Outcome outcome = writes("a");
    queue.hand_over(outcome);
  }
  EXPECT_TRUE(queue.full());
}

}  // namespace
}  // namespace slipway::core
