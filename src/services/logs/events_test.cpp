#include <set>

#include "base/limits.hpp"
#include "services/logs/world_test.hpp"

namespace slipway::services::logs {
namespace {

constexpr std::int64_t hour = 3'600'000, day = 24 * hour;

class LogEvents : public LogsTest {
 protected:
  LogEvents() { make("g", {"s", "t", "u"}); }

  wire::Value get(wire::Value question = wire::Value::object()) {
    question.set("logGroupName", "g");
    question.set("logStreamName", "s");
    return ok("GetLogEvents", question);
  }
  wire::Value filter(wire::Value question = wire::Value::object()) {
    question.set("logGroupName", "g");
    return ok("FilterLogEvents", question);
  }
  static wire::Value by(std::string_view member, wire::Value value) {
    return wire::Value::object({{wire::Key(member), std::move(value)}});
  }
};

TEST_F(LogEvents, ComeBackAsTheyWerePut) {
  const auto output = put("g", "s", {{-2, "first"}, {-1, "second \xc3\xa9"}});
  EXPECT_EQ(output.get("nextSequenceToken").string().size(), 56u);
  EXPECT_FALSE(output.find("rejectedLogEventsInfo"));
  const auto page = get();
  EXPECT_EQ(messages(page), (Texts{"first", "second \xc3\xa9"}));
  EXPECT_EQ(page.get("events").at(0).get("timestamp").integer(), world.now.ms - 2);
  EXPECT_EQ(page.get("events").at(0).get("ingestionTime").integer(), world.now.ms);
}

TEST_F(LogEvents, AreRefusedInTheWordsOfAws) {
  EXPECT_EQ(refused("PutLogEvents", batch("x", "s", {{0, "m"}})),
            "ResourceNotFoundException: The specified log group does not exist.");
  EXPECT_EQ(refused("PutLogEvents", batch("g", "x", {{0, "m"}})),
            "ResourceNotFoundException: The specified log stream does not exist.");
  EXPECT_EQ(refused("PutLogEvents", batch("g", "s", {{0, "m"}, {-1, "m"}})),
            "InvalidParameterException: Log events in a single PutLogEvents request must be in chronological "
            "order.");
  EXPECT_EQ(
      refused("PutLogEvents", batch("g", "s", {{-day - 1, "m"}, {0, "m"}})),
      "InvalidParameterException: The batch of log events in a single PutLogEvents request cannot span more "
      "than 24 hours.");
  const std::string big(limits::log_batch_bytes - limits::log_event_overhead_bytes + 1, 'x');
  EXPECT_EQ(refused("PutLogEvents", batch("g", "s", {{0, big}})),
            "InvalidParameterException: Upload too large: 1048577 bytes exceeds limit of 1048576");
  EXPECT_TRUE(
      refused("PutLogEvents", batch("g", "s", {})).starts_with("InvalidParameterException: 1 validation"));
  EXPECT_TRUE(
      refused("PutLogEvents", batch("g", "s", {{0, ""}})).starts_with("InvalidParameterException: 1 valid"));
  EXPECT_EQ(messages(get()), Texts{});
  put("g", "s", {{0, std::string_view(big).substr(1)}});  // the largest there can be
  EXPECT_EQ(get().get("events").size(), 1u);
}

TEST_F(LogEvents, TooOldOrTooFarAheadAreLeftOutAndTold) {
  auto rejected = put("g", "s", {{-15 * day, "old"}, {-14 * day - 1, "old"}, {-14 * day, "kept"}})
                      .get("rejectedLogEventsInfo");
  EXPECT_EQ(rejected, by("tooOldLogEventEndIndex", 2));
  rejected = put("g", "s", {{2 * hour, "kept too"}, {2 * hour + 1, "new"}}).get("rejectedLogEventsInfo");
  EXPECT_EQ(rejected, by("tooNewLogEventStartIndex", 1));
  ok("PutRetentionPolicy", R"({"logGroupName": "g", "retentionInDays": 1})");
  rejected =
      put("g", "s", {{-15 * day, "x"}, {-2 * day, "x"}, {-hour, "kept three"}}).get("rejectedLogEventsInfo");
  EXPECT_EQ(rejected, wire::Value::object({{"tooOldLogEventEndIndex", 1}, {"expiredLogEventEndIndex", 2}}));
  rejected = put("g", "s", {{3 * hour, "x"}}).get("rejectedLogEventsInfo");
  EXPECT_EQ(rejected, by("tooNewLogEventStartIndex", 0));
  EXPECT_EQ(messages(get()), (Texts{"kept", "kept three", "kept too"}));
}

TEST_F(LogEvents, ArePagedForwardsUntilTheTokenStaysTheSame) {
  put("g", "s", {{1, "a"}, {2, "b"}, {2, "c"}, {3, "d"}, {4, "e"}});
  auto question = wire::Value::object({{"limit", 2}, {"startFromHead", true}});
  Texts all;
  std::string token;
  for (int pages = 0; pages < 10; ++pages) {
    const auto page = get(question);
    for (auto& message : messages(page)) all.push_back(message);
    const std::string next(page.get("nextForwardToken").string());
    EXPECT_TRUE(next.starts_with("f/"));
    EXPECT_TRUE(page.get("nextBackwardToken").string().starts_with("b/"));
    if (next == token) break;
    token = next;
    question.set("nextToken", token);
  }
  EXPECT_EQ(all, (Texts{"a", "b", "c", "d", "e"}));
  put("g", "s", {{5, "f"}});
  EXPECT_EQ(messages(get(question)), (Texts{"f"}));
}

TEST_F(LogEvents, ArePagedBackwardsFromTheNewest) {
  put("g", "s", {{1, "a"}, {2, "b"}, {2, "c"}, {3, "d"}, {4, "e"}});
  auto page = get(by("limit", 2));
  EXPECT_EQ(messages(page), (Texts{"d", "e"}));
  const wire::Value forward = page.get("nextForwardToken");
  page = get(wire::Value::object({{"limit", 2}, {"nextToken", page.get("nextBackwardToken")}}));
  EXPECT_EQ(messages(page), (Texts{"b", "c"}));
  page = get(wire::Value::object({{"limit", 2}, {"nextToken", page.get("nextBackwardToken")}}));
  EXPECT_EQ(messages(page), (Texts{"a"}));
  const wire::Value last = page.get("nextBackwardToken");
  page = get(wire::Value::object({{"limit", 2}, {"nextToken", last}}));
  EXPECT_EQ(messages(page), Texts{});
  EXPECT_EQ(page.get("nextBackwardToken"), last);
  // and forwards again, from the gap before the first
  page = get(wire::Value::object({{"limit", 2}, {"nextToken", page.get("nextForwardToken")}}));
  EXPECT_EQ(messages(page), (Texts{"a", "b"}));
  // past the newest and back
  page = get(by("nextToken", forward));
  EXPECT_EQ(page.get("nextForwardToken"), forward);
  EXPECT_EQ(messages(get(wire::Value::object({{"limit", 1}, {"nextToken", page.get("nextBackwardToken")}}))),
            (Texts{"e"}));
}

TEST_F(LogEvents, OfAnEmptyStreamAreFollowedByItsToken) {
  const auto page = get();
  EXPECT_EQ(page.get("events").kind(), wire::Kind::list);
  put("g", "s", {{0, "a"}});
  EXPECT_EQ(messages(get(by("nextToken", page.get("nextForwardToken")))), (Texts{"a"}));
}

TEST_F(LogEvents, AreCutByTime) {
  put("g", "s", {{1, "a"}, {2, "b"}, {3, "c"}});
  const auto range = wire::Value::object({{"startTime", world.now.ms + 1}, {"endTime", world.now.ms + 3}});
  EXPECT_EQ(messages(get(range)), (Texts{"a", "b"}));          // endTime is not included here,
  EXPECT_EQ(messages(filter(range)), (Texts{"a", "b", "c"}));  // but there it is
}

TEST_F(LogEvents, OfOneStreamDoNotTakeAnothersToken) {
  put("g", "s", {{0, "a"}});
  const auto token = get().get("nextForwardToken");
  auto question = wire::Value::object({{"logGroupName", "g"}, {"logStreamName", "t"}, {"nextToken", token}});
  const std::string bad = "InvalidParameterException: The specified nextToken is invalid.";
  EXPECT_EQ(refused("GetLogEvents", question), bad);
  for (const char* text :
       {"f/1/s", "x", "f/", "f/99999999999999999999999999999999999999999999999999999999999/s"}) {
    question.set("nextToken", text);
    EXPECT_EQ(refused("GetLogEvents", question), bad) << text;
    EXPECT_EQ(refused("FilterLogEvents", wire::Value::object({{"logGroupName", "g"}, {"nextToken", text}})),
              bad);
  }
}

TEST_F(LogEvents, OfSeveralStreamsComeInOrderOfTime) {
  put("g", "t", {{2, "t2"}, {4, "t4"}});
  put("g", "s", {{1, "s1"}, {3, "s3"}, {4, "s4"}});
  put("g", "u", {{5, "u5"}});
  const auto page = filter();
  EXPECT_EQ(messages(page), (Texts{"s1", "t2", "s3", "t4", "s4", "u5"}));
  EXPECT_EQ(page.get("searchedLogStreams"), wire::Value::list());
  EXPECT_EQ(texts(page.get("events"), "logStreamName"), (Texts{"s", "t", "s", "t", "s", "u"}));
  std::set<std::string> ids;
  for (const auto& id : texts(page.get("events"), "eventId")) {
    EXPECT_EQ(id.size(), 56u);
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 6u);
  EXPECT_EQ(texts(filter().get("events"), "eventId"), texts(page.get("events"), "eventId"));

  const auto names = wire::Value::list({wire::Value("u"), wire::Value("s")});
  EXPECT_EQ(messages(filter(by("logStreamNames", names))), (Texts{"s1", "s3", "s4", "u5"}));
  EXPECT_EQ(messages(filter(by("logStreamNamePrefix", "t"))), (Texts{"t2", "t4"}));
  EXPECT_EQ(messages(filter(by("logStreamNamePrefix", "x"))), Texts{});
  EXPECT_EQ(refused("FilterLogEvents", R"({"logGroupName": "g", "logStreamNames": ["s", "x"]})"),
            "ResourceNotFoundException: The specified log stream does not exist.");
  EXPECT_TRUE(refused("FilterLogEvents", R"({"logGroupName": "g", "logStreamNames": ["s"],
                                             "logStreamNamePrefix": "s"})")
                  .starts_with("InvalidParameterException"));
}

TEST_F(LogEvents, AreSearchedPageByPage) {
  put("g", "s", {{1, "ERROR 1"}, {2, "ok"}, {5, "ERROR 3"}});
  put("g", "t", {{3, "ERROR 2"}, {4, "ok"}});
  auto question = wire::Value::object({{"limit", 1}, {"filterPattern", "ERROR"}});
  Texts all;
  for (int pages = 0; pages < 10; ++pages) {
    const auto page = filter(question);
    for (auto& message : messages(page)) all.push_back(message);
    if (!page.find("nextToken")) break;
    question.set("nextToken", page.get("nextToken"));
  }
  EXPECT_EQ(all, (Texts{"ERROR 1", "ERROR 2", "ERROR 3"}));
  question.set("filterPattern", "WARN");
  question.set("logGroupName", "g");
  EXPECT_EQ(refused("FilterLogEvents", question),
            "InvalidParameterException: The specified nextToken is invalid.");
  EXPECT_EQ(refused("FilterLogEvents", R"({"logGroupName": "g", "filterPattern": "a(b"})"),
            "InvalidParameterException: Invalid character(s) in term '('");
}

TEST_F(LogEvents, OfManyStreamsWithAPrefixAreReadFromTheGroup) {
  for (int i = 0; i < 120; ++i) {
    const std::string name = "web/" + std::to_string(i);
    ok("CreateLogStream", wire::Value::object({{"logGroupName", "g"}, {"logStreamName", name}}));
    if (i % 40 == 0) put("g", name, {{i, name}});
  }
  put("g", "s", {{0, "other"}});
  EXPECT_EQ(messages(filter(by("logStreamNamePrefix", "web/"))), (Texts{"web/0", "web/40", "web/80"}));
}

}  // namespace
}  // namespace slipway::services::logs
