#include "base/limits.hpp"
#include "services/logs/world_test.hpp"

namespace slipway::services::logs {
namespace {

using LogStreams = LogsTest;

constexpr std::string_view no_stream = "ResourceNotFoundException: The specified log stream does not exist.";

TEST_F(LogStreams, AreDescribedWithTheTimesOfTheirEvents) {
  make("g", {"quiet", "busy"});
  put("g", "busy", {{-60'000, "a"}, {-1'000, "b"}});
  const auto streams = ok("DescribeLogStreams", R"({"logGroupName": "g"})").get("logStreams");
  ASSERT_EQ(texts(streams, "logStreamName"), (Texts{"busy", "quiet"}));
  const auto& busy = streams.at(0);
  EXPECT_EQ(busy.get("arn").string(), "arn:aws:logs:us-east-1:000000000000:log-group:g:log-stream:busy");
  EXPECT_EQ(busy.get("creationTime").integer(), world.now.ms);
  EXPECT_EQ(busy.get("firstEventTimestamp").integer(), world.now.ms - 60'000);
  EXPECT_EQ(busy.get("lastEventTimestamp").integer(), world.now.ms - 1'000);
  EXPECT_EQ(busy.get("lastIngestionTime").integer(), world.now.ms);
  EXPECT_EQ(busy.get("storedBytes"), wire::Value(0));
  EXPECT_TRUE(busy.get("uploadSequenceToken").string().starts_with("4"));
  EXPECT_EQ(busy.get("uploadSequenceToken").string().size(), 56u);
  for (const char* member : {"firstEventTimestamp", "lastEventTimestamp", "lastIngestionTime"})
    EXPECT_FALSE(streams.at(1).find(member)) << member;
}

TEST_F(LogStreams, AreRefusedInTheWordsOfAws) {
  make("g", {"s"});
  EXPECT_EQ(refused("CreateLogStream", R"({"logGroupName": "g", "logStreamName": "s"})"),
            "ResourceAlreadyExistsException: The specified log stream already exists");
  EXPECT_EQ(refused("CreateLogStream", R"({"logGroupName": "x", "logStreamName": "s"})"),
            "ResourceNotFoundException: The specified log group does not exist.");
  EXPECT_TRUE(refused("CreateLogStream", R"({"logGroupName": "g", "logStreamName": "a:b"})")
                  .contains("Member must satisfy regular expression pattern: [^:*]*"));
  EXPECT_EQ(refused("DeleteLogStream", R"({"logGroupName": "g", "logStreamName": "t"})"), no_stream);
  EXPECT_EQ(refused("DescribeLogStreams", R"({"logGroupName": "g", "orderBy": "LastEventTime",
                                              "logStreamNamePrefix": "s"})"),
            "InvalidParameterException: Cannot order by LastEventTime with a logStreamNamePrefix.");
  EXPECT_TRUE(refused("DescribeLogStreams", "{}").starts_with("InvalidParameterException"));
  EXPECT_TRUE(refused("DescribeLogStreams", R"({"logGroupName": "g", "logGroupIdentifier": "g"})")
                  .starts_with("InvalidParameterException"));
}

// All pages of a listing, by one stream a page.
class StreamPages : public LogsTest {
 protected:
  Texts all(wire::Value question) {
    Texts names;
    question.set("logGroupIdentifier", "arn:aws:logs:us-east-1:000000000000:log-group:g");
    question.set("limit", 1);
    for (int pages = 0; pages < 20; ++pages) {
      const auto page = ok("DescribeLogStreams", question);
      for (auto& name : texts(page.get("logStreams"), "logStreamName")) names.push_back(name);
      if (!page.find("nextToken")) break;
      question.set("nextToken", page.get("nextToken"));
    }
    return names;
  }
};

TEST_F(StreamPages, InOrderOfName) {
  make("g", {"b1", "a", "b2", "c", "b"});
  make("g0", {"b"});
  EXPECT_EQ(all(wire::Value::object()), (Texts{"a", "b", "b1", "b2", "c"}));
  EXPECT_EQ(all(wire::Value::object({{"descending", true}})), (Texts{"c", "b2", "b1", "b", "a"}));
  EXPECT_EQ(all(wire::Value::object({{"logStreamNamePrefix", "b"}})), (Texts{"b", "b1", "b2"}));
  EXPECT_EQ(all(wire::Value::object({{"logStreamNamePrefix", "b"}, {"descending", true}})),
            (Texts{"b2", "b1", "b"}));
  EXPECT_EQ(refused("DescribeLogStreams", R"({"logGroupName": "g", "nextToken": "x"})"),
            "InvalidParameterException: The specified nextToken is invalid.");
}

TEST_F(StreamPages, InOrderOfTheirLastEvent) {
  make("g", {"old", "new", "none", "nothing", "middle"});
  put("g", "new", {{-1'000, "x"}});
  put("g", "old", {{-3'000, "x"}});
  put("g", "middle", {{-9'000, "x"}, {-2'000, "x"}});
  EXPECT_EQ(all(wire::Value::object({{"orderBy", "LastEventTime"}, {"descending", true}})),
            (Texts{"new", "middle", "old", "nothing", "none"}));
  EXPECT_EQ(all(wire::Value::object({{"orderBy", "LastEventTime"}})),
            (Texts{"none", "nothing", "old", "middle", "new"}));
}

TEST_F(LogStreams, MadeAgainStartEmpty) {
  make("g", {"s"});
  put("g", "s", {{0, "before"}});
  ok("DeleteLogStream", R"({"logGroupName": "g", "logStreamName": "s"})");
  EXPECT_EQ(refused("GetLogEvents", R"({"logGroupName": "g", "logStreamName": "s"})"), no_stream);
  ok("CreateLogStream", R"({"logGroupName": "g", "logStreamName": "s"})");
  EXPECT_EQ(messages(ok("GetLogEvents", R"({"logGroupName": "g", "logStreamName": "s"})")), Texts{});
  apply_effects();
  EXPECT_EQ(messages(ok("FilterLogEvents", R"({"logGroupName": "g"})")), Texts{});
  put("g", "s", {{0, "after"}});
  EXPECT_EQ(messages(ok("FilterLogEvents", R"({"logGroupName": "g"})")), Texts{"after"});
}

TEST_F(LogStreams, OfAGroupMadeAgainAreGone) {
  make("g", {"s"});
  put("g", "s", {{0, "before"}});
  ok("DeleteLogGroup", R"({"logGroupName": "g"})");
  EXPECT_EQ(world.state.log_streams.size(), 0u);
  make("g");
  EXPECT_EQ(ok("DescribeLogStreams", R"({"logGroupName": "g"})").get("logStreams").size(), 0u);
  ok("CreateLogStream", R"({"logGroupName": "g", "logStreamName": "s"})");
  EXPECT_EQ(messages(ok("FilterLogEvents", R"({"logGroupName": "g"})")), Texts{});
  apply_effects();
  EXPECT_EQ(world.logs->groups()->size(), 0u);
}

// A call that got leave before the stream was deleted does not bring it back.
TEST_F(LogStreams, StayDeletedWhenAnEventComesLate) {
  make("g", {"s"});
  const auto input = batch("g", "s", {{0, "late"}});
  const Route* route = nullptr;
  for (const Route& each : table().routes)
    if (each.operation->name == "PutLogEvents") route = &each;
  Result<wire::Value> plan;
  world.apply([&](core::Turn& turn) -> Result<> {
    Call call{turn, world.environment, world.caller, world.realm, *route->operation, input};
    plan = route->step(call);
    return {};
  });
  ok("DeleteLogStream", R"({"logGroupName": "g", "logStreamName": "s"})");
  apply_effects();
  BulkCall call{*world.logs, input, *plan, world.now};
  const auto output = route->work(call);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, "ResourceNotFoundException");
  EXPECT_EQ(world.logs->groups()->size(), 0u);
}

}  // namespace
}  // namespace slipway::services::logs
