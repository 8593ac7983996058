#include "wire/event_stream.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "wire/gen/logs.hpp"
#include "wire/protocol.hpp"

namespace slipway::wire {

namespace {

std::string written(const EventMessage& message) {
  std::string out;
  append_event_message(out, message);
  return out;
}

Result<std::optional<EventMessage>> decode(std::string_view bytes) {
  EventDecoder decoder;
  decoder.feed(bytes);
  return decoder.next();
}

// The smallest message, its checksums computed by hand from the specification's layout.
TEST(EventStream, WritesTheEmptyMessage) {
  EXPECT_EQ(hex(written({})),
            "0000001000000000"
            "05c248eb"
            "7d98c8ff");
}

TEST(EventStream, ReadsEveryHeaderType) {
  EventMessage message;
  message.headers = {{"t", true},
                     {"f", false},
                     {"i", 40972},
                     {"l", std::int64_t{1} << 40},
                     {"n", -1},
                     {"b", Value::blob("\x01\x02")},
                     {"s", "application/json"},
                     {"d", Instant{8'675'309}}};
  message.payload = "{'foo':'bar'}";
  Result<std::optional<EventMessage>> back = decode(written(message));
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->headers, message.headers);
  EXPECT_EQ((*back)->payload, message.payload);
  EXPECT_TRUE((*back)->header("nosuch").absent());
}

TEST(EventStream, WaitsForWholeMessages) {
  std::string bytes =
      written({.headers = {{"a", "b"}}, .payload = "one"}) + written({.headers = {}, .payload = "two"});
  EventDecoder decoder;
  std::vector<std::string> seen;
  for (char byte : bytes) {
    decoder.feed({&byte, 1});
    Result<std::optional<EventMessage>> message = decoder.next();
    ASSERT_TRUE(message);
    if (*message) seen.push_back((*message)->payload);
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"one", "two"}));
}

TEST(EventStream, EveryBrokenByteIsSeen) {
  std::string good = written({.headers = {{"name", "value"}}, .payload = "payload"});
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x20);
    Result<std::optional<EventMessage>> message = decode(bad);
    EXPECT_FALSE(message && *message) << i;
  }
  EXPECT_FALSE(decode(std::string(16, '\xff')));
}

TEST(EventStream, LiveTailTalks) {
  const Operation& operation = logs::operations::StartLiveTail;
  HttpResponseParts response = write_response(logs::service, operation, Value::object(), "id");
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(find_header(response.headers, "Content-Type"), event_stream_content_type);

  logs::StartLiveTailResponseStream start;
  start.set_session_start(
      logs::LiveTailSessionStart().set_session_id("s-1").add_log_group_identifiers("arn"));
  logs::StartLiveTailResponseStream update;
  update.set_session_update(logs::LiveTailSessionUpdate().add_session_results(
      logs::LiveTailSessionLogEvent().set_message("hello").set_timestamp(1'700'000'000'000)));

  EventDecoder decoder;
  decoder.feed(write_initial_response(logs::service, operation, Value::object()));
  decoder.feed(write_event(logs::service, operation, start.raw()));
  decoder.feed(write_event(logs::service, operation, update.raw()));

  EventMessage first = decoder.next()->value();
  EXPECT_EQ(first.header(":event-type").string(), "initial-response");
  EXPECT_EQ(first.payload, "{}");
  EXPECT_TRUE(parse_event(logs::service, operation, first)->empty());

  EventMessage second = decoder.next()->value();
  EXPECT_EQ(second.header(":message-type").string(), "event");
  EXPECT_EQ(second.header(":event-type").string(), "sessionStart");
  EXPECT_EQ(second.header(":content-type").string(), "application/json");
  EXPECT_EQ(second.payload, R"({"sessionId":"s-1","logGroupIdentifiers":["arn"]})");
  EXPECT_EQ(*parse_event(logs::service, operation, second), start.raw());
  EXPECT_EQ(*parse_event(logs::service, operation, decoder.next()->value()), update.raw());
}

TEST(EventStream, ExceptionsEndTheStream) {
  const Operation& operation = logs::operations::StartLiveTail;
  Value timeout = Value::object({{"SessionTimeoutException", Value::object({{"message", "Too long."}})}});
  EventMessage message = decode(write_event(logs::service, operation, timeout))->value();
  EXPECT_EQ(message.header(":message-type").string(), "exception");
  EXPECT_EQ(message.header(":exception-type").string(), "SessionTimeoutException");
  Result<Value> event = parse_event(logs::service, operation, message);
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().code, "SessionTimeoutException");
  EXPECT_EQ(event.error().message, "Too long.");
  EventMessage error = decode(write_event_error({"InternalFailure", "Broken.", 500}))->value();
  EXPECT_EQ(parse_event(logs::service, operation, error).error().code, "InternalFailure");
}

}  // namespace

}  // namespace slipway::wire
