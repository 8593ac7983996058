#include "services/logs/upkeep.hpp"

#include "base/limits.hpp"
#include "services/logs/world_test.hpp"

namespace slipway::services::logs {
namespace {

constexpr std::int64_t day = 24 * 3'600'000;

class Upkeep : public LogsTest {
 protected:
  // Sweeps once over everything, as the daemon does; the number of turns that it took.
  std::size_t sweep_all() {
    std::string cursor;
    std::size_t turns = 0;
    for (bool done = false; !done; ++turns) {
      Sweep found;
      world.apply([&](core::Turn& turn) -> Result<> {
        found = sweep(turn, cursor);
        return {};
      });
      done = found.done;
      for (const Expiry& expiry : found.expiries)
        EXPECT_TRUE(world.logs->expire(expiry.group_id, expiry.cutoff));
      EXPECT_LT(turns, 1'000u);
      if (turns == 1'000) break;
    }
    EXPECT_TRUE(cursor.empty());
    return turns;
  }
};

TEST_F(Upkeep, LetsGoWhatIsOlderThanItsGroupKeeps) {
  make("short", {"s"});
  make("long", {"s"});
  ok("PutRetentionPolicy", R"({"logGroupName": "short", "retentionInDays": 1})");
  for (std::string_view group : {"short", "long"}) put(group, "s", {{0, "old"}});
  world.now = world.now + day - 1;
  for (std::string_view group : {"short", "long"}) put(group, "s", {{0, "young"}});
  sweep_all();
  EXPECT_EQ(messages(ok("FilterLogEvents", R"({"logGroupName": "short"})")), (Texts{"old", "young"}));
  world.now = world.now + 2;
  sweep_all();
  EXPECT_EQ(messages(ok("FilterLogEvents", R"({"logGroupName": "short"})")), (Texts{"young"}));
  EXPECT_EQ(messages(ok("GetLogEvents", R"({"logGroupName": "short", "logStreamName": "s"})")),
            (Texts{"young"}));
  EXPECT_EQ(messages(ok("FilterLogEvents", R"({"logGroupName": "long"})")), (Texts{"old", "young"}));
}

TEST_F(Upkeep, ErasesTheStreamsOfADeletedGroupInPortions) {
  make("other", {"kept"});
  make("g");
  const std::size_t many = 3 * limits::log_sweep_rows + 7;
  for (std::size_t i = 0; i < many; ++i)
    ok("CreateLogStream", wire::Value::object({{"logGroupName", "g"}, {"logStreamName", std::to_string(i)}}));
  const std::size_t rows = world.changes;
  ok("DeleteLogGroup", R"({"logGroupName": "g"})");
  EXPECT_LE(world.changes - rows, limits::log_sweep_rows + 2);
  EXPECT_GT(world.state.log_streams.size(), 1u);
  make("g", {"new"});
  EXPECT_EQ(ok("DescribeLogStreams", R"({"logGroupName": "g"})").get("logStreams").size(), 1u);
  EXPECT_GE(sweep_all(), 3u);
  EXPECT_EQ(world.state.log_streams.size(), 2u);
}

TEST_F(Upkeep, StepsOverTheStreamsOfAGroupThatStands) {
  make("g");
  for (std::size_t i = 0; i < limits::log_sweep_groups + 1; ++i)
    ok("CreateLogStream", wire::Value::object({{"logGroupName", "g"}, {"logStreamName", std::to_string(i)}}));
  EXPECT_EQ(sweep_all(), 2u);  // groups, streams
}

TEST_F(Upkeep, DropsAtStartUpWhatNothingNamesAnyMore) {
  make("g", {"s", "t"});
  make("h", {"s"});
  for (std::string_view stream : {"s", "t"}) put("g", stream, {{0, stream}});
  put("h", "s", {{0, "h"}});
  ok("DeleteLogStream", R"({"logGroupName": "g", "logStreamName": "s"})");
  ok("DeleteLogGroup", R"({"logGroupName": "h"})");
  world.effects.clear();  // the process ended before they were run
  EXPECT_EQ(world.logs->groups()->size(), 2u);
  ASSERT_TRUE(drop_orphans(world.state, *world.logs));
  EXPECT_EQ(world.logs->groups()->size(), 1u);
  EXPECT_EQ(messages(ok("FilterLogEvents", R"({"logGroupName": "g"})")), (Texts{"t"}));
}

}  // namespace
}  // namespace slipway::services::logs
