#include <atomic>
#include <thread>

#include "base/limits.hpp"
#include "services/logs/world_test.hpp"
#include "wire/event_stream.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {
namespace {

class LiveTail : public LogsTest {
 protected:
  LiveTail() {
    world.live_tail = &hub;
    make("g", {"s", "web/1"});
    make("h", {"s"});
  }

  static std::string arn(std::string_view group) {
    return "arn:aws:logs:us-east-1:000000000000:log-group:" + std::string(group);
  }
  Result<std::unique_ptr<LiveTailSession>> try_open(std::string_view input) {
    auto plan = world.call(table(), "StartLiveTail", input);
    if (!plan) return pass(plan);
    return hub.open(*plan, "request-1", world.now);
  }
  std::unique_ptr<LiveTailSession> open(std::string_view input) {
    auto session = try_open(input);
    EXPECT_TRUE(session) << session.error().message;
    return session ? std::move(*session) : nullptr;
  }
  std::string refused_open(std::string_view input) {
    auto session = try_open(input);
    return session ? "(no error)" : session.error().code + ": " + session.error().message;
  }

  // What a client sees in what the session gives now; an exception ends it.
  struct Seen {
    std::vector<wire::Value> events;
    std::string exception;
  };
  Seen seen(LiveTailSession& session) {
    Seen all;
    wire::EventDecoder decoder;
    decoder.feed(session.take(world.now));
    for (;;) {
      auto message = decoder.next();
      EXPECT_TRUE(message);
      if (!message || !*message) return all;
      auto event = wire::parse_event(wire::logs::service, wire::logs::operations::StartLiveTail, **message);
      if (event)
        all.events.push_back(*event);
      else
        all.exception = event.error().code;
    }
  }
  static Texts results(const wire::Value& event) {
    return texts(event.get("sessionUpdate").get("sessionResults"), "message");
  }

  LiveTailHub hub;
};

TEST_F(LiveTail, GreetsAndThenTellsEachSecond) {
  auto session = open(R"({"logGroupIdentifiers": ["arn:aws:logs:us-east-1:000000000000:log-group:g"],
                          "logEventFilterPattern": "-noise"})");
  auto first = seen(*session);
  ASSERT_EQ(first.events.size(), 2u);
  EXPECT_EQ(first.events[0].size(), 0u);  // the initial response
  const auto& start = first.events[1].get("sessionStart");
  EXPECT_EQ(start.get("requestId").string(), "request-1");
  EXPECT_EQ(start.get("sessionId").string().size(), 36u);
  EXPECT_EQ(start.get("logGroupIdentifiers").at(0).string(), arn("g"));
  EXPECT_EQ(start.get("logEventFilterPattern").string(), "-noise");

  put("g", "s", {{-5, "hello"}, {-4, "noise"}});
  put("h", "s", {{0, "of another group"}});
  EXPECT_TRUE(seen(*session).events.empty());
  world.now = world.now + 1'000;
  auto update = seen(*session);
  ASSERT_EQ(update.events.size(), 1u);
  EXPECT_EQ(results(update.events[0]), (Texts{"hello"}));
  const auto& event = update.events[0].get("sessionUpdate").get("sessionResults").at(0);
  EXPECT_EQ(event.get("logStreamName").string(), "s");
  EXPECT_EQ(event.get("logGroupIdentifier").string(), arn("g"));
  EXPECT_EQ(event.get("timestamp").integer(), world.now.ms - 1'005);
  EXPECT_EQ(event.get("ingestionTime").integer(), world.now.ms - 1'000);
  EXPECT_EQ(update.events[0].get("sessionUpdate").get("sessionMetadata").get("sampled"), wire::Value(false));

  world.now = world.now + 2'000;
  update = seen(*session);
  ASSERT_EQ(update.events.size(), 2u);
  EXPECT_EQ(results(update.events[1]), Texts{});
}

TEST_F(LiveTail, WatchesTheStreamsThatItIsTold) {
  auto named = open(R"({"logGroupIdentifiers": ["g"], "logStreamNames": ["s"]})");
  auto prefixed = open(R"({"logGroupIdentifiers": ["g"], "logStreamNamePrefixes": ["web/", "x"]})");
  put("g", "s", {{0, "from s"}});
  put("g", "web/1", {{0, "from web"}});
  world.now = world.now + 1'000;
  EXPECT_EQ(results(seen(*named).events.back()), (Texts{"from s"}));
  EXPECT_EQ(results(seen(*prefixed).events.back()), (Texts{"from web"}));
}

TEST_F(LiveTail, SamplesASecondOfTooManyEvents) {
  auto session = open(R"({"logGroupIdentifiers": ["g"]})");
  const std::size_t many = limits::live_tail_update_events * 4;
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < many; ++i) lines.push_back(std::to_string(i));
  std::vector<Message> batch_lines;
  for (const auto& line : lines) batch_lines.emplace_back(0, line);
  put("g", "s", batch_lines);
  world.now = world.now + 1'000;
  const auto update = seen(*session).events.back();
  const Texts kept = results(update);
  EXPECT_EQ(kept.size(), limits::live_tail_update_events);
  EXPECT_EQ(update.get("sessionUpdate").get("sessionMetadata").get("sampled"), wire::Value(true));
  // A sample of all of it, in order: about as many of the first half as of the second.
  std::size_t early = 0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (i > 0) EXPECT_LT(std::stoul(kept[i - 1]), std::stoul(kept[i]));
    early += std::stoul(kept[i]) < many / 2;
  }
  EXPECT_GT(early, kept.size() / 4);
  EXPECT_LT(early, kept.size() * 3 / 4);
}

TEST_F(LiveTail, KeepsNoMoreThanItsQueueForASlowReader) {
  auto session = open(R"({"logGroupIdentifiers": ["g"]})");
  seen(*session);
  for (int second = 0; second < 30; ++second) {
    put("g", "s", {{0, std::to_string(second)}});
    world.now = world.now + 1'000;
  }
  const auto late = seen(*session);
  ASSERT_EQ(late.events.size(), limits::live_tail_updates_queued);
  EXPECT_EQ(results(late.events.back()), (Texts{"29"}));
  const std::string large(limits::live_tail_update_bytes * 2 / 3, 'x');
  for (int i = 0; i < 3; ++i) put("g", "s", {{0, large}});
  world.now = world.now + 1'000;
  const auto update = seen(*session).events.back();
  EXPECT_EQ(results(update).size(), 1u);
  EXPECT_EQ(update.get("sessionUpdate").get("sessionMetadata").get("sampled"), wire::Value(true));
}

TEST_F(LiveTail, EndsAfterThreeHours) {
  auto session = open(R"({"logGroupIdentifiers": ["g"]})");
  world.now = world.now + limits::live_tail_session_ms - 1;
  EXPECT_TRUE(seen(*session).exception.empty());
  EXPECT_FALSE(session->over());
  world.now = world.now + 1;
  EXPECT_EQ(seen(*session).exception, "SessionTimeoutException");
  EXPECT_TRUE(session->over());
  EXPECT_EQ(session->take(world.now + 5'000), "");
}

TEST_F(LiveTail, RefusesWhatItCannotWatch) {
  EXPECT_EQ(refused_open(R"({"logGroupIdentifiers": ["x"]})"),
            "ResourceNotFoundException: The specified log group does not exist.");
  EXPECT_TRUE(refused_open(R"({"logGroupIdentifiers": []})").starts_with("InvalidParameterException"));
  for (const char* input :
       {R"({"logGroupIdentifiers": ["arn:aws:logs:us-east-1:000000000000:log-group:g:*"]})",
        R"({"logGroupIdentifiers": ["g"], "logStreamNames": ["s"], "logStreamNamePrefixes": ["s"]})",
        R"({"logGroupIdentifiers": ["g", "h"], "logStreamNames": ["s"]})",
        R"({"logGroupIdentifiers": ["g"], "logEventFilterPattern": "{"})"})
    EXPECT_TRUE(refused_open(input).starts_with("InvalidParameterException")) << input;
}

TEST_F(LiveTail, BoundsAnAccountsSessionsAndGivesThemBack) {
  std::vector<std::unique_ptr<LiveTailSession>> sessions;
  for (std::size_t i = 0; i < limits::live_tail_sessions_per_account; ++i)
    sessions.push_back(open(R"({"logGroupIdentifiers": ["g"]})"));
  EXPECT_TRUE(refused_open(R"({"logGroupIdentifiers": ["g"]})").starts_with("LimitExceededException"));
  sessions.pop_back();
  EXPECT_TRUE(open(R"({"logGroupIdentifiers": ["g"]})"));
}

TEST_F(LiveTail, MayBeOpenedAndClosedWhileEventsCome) {
  const auto plan = ok("StartLiveTail", R"({"logGroupIdentifiers": ["g"]})");
  const std::vector<store::LogEvent> events{{world.now, world.now, "x"}};
  std::atomic<bool> done = false;
  std::thread publisher([&] {
    while (!done) hub.publish(arn("g"), "s", events);
  });
  for (int i = 0; i < 200; ++i) {
    auto session = hub.open(plan, "r", world.now);
    ASSERT_TRUE(session);
    EXPECT_FALSE((*session)->take(world.now + 1'000).empty());
  }
  done = true;
  publisher.join();
}

TEST(LiveTailOperation, IsTheOneThatStreams) {
  EXPECT_TRUE(is_streaming(wire::logs::operations::StartLiveTail));
  EXPECT_FALSE(is_streaming(wire::logs::operations::PutLogEvents));
}

}  // namespace
}  // namespace slipway::services::logs
