#pragma once

#include <gtest/gtest.h>

#include "services/common/test_world.hpp"
#include "services/logs/live_tail.hpp"
#include "services/logs/table.hpp"

// What the tests of this service share: a world with one call for each of the things that they do most.
namespace slipway::services::logs {

class LogsTest : public testing::Test {
 protected:
  // Of a call: JSON or a value.
  struct Input {
    wire::Value value;
    Input(const char* json) : value(*wire::parse_json(json)) {}  // NOLINT: implicit by design
    Input(wire::Value v) : value(std::move(v)) {}                // NOLINT: implicit by design
  };

  wire::Value ok(std::string_view operation, Input input) {
    auto output = world.call(table(), operation, std::move(input.value));
    EXPECT_TRUE(output) << operation << ": " << output.error().code << ": " << output.error().message;
    return output ? *output : wire::Value();
  }
  // "Code: message" of a call that must fail.
  std::string refused(std::string_view operation, Input input) {
    auto output = world.call(table(), operation, std::move(input.value));
    return output ? "(no error)" : output.error().code + ": " + output.error().message;
  }

  void make(std::string_view group, std::initializer_list<std::string_view> streams = {}) {
    ok("CreateLogGroup", wire::Value::object({{"logGroupName", group}}));
    for (std::string_view stream : streams)
      ok("CreateLogStream", wire::Value::object({{"logGroupName", group}, {"logStreamName", stream}}));
  }

  using Message = std::pair<std::int64_t, std::string_view>;  // milliseconds from now, text
  wire::Value batch(std::string_view group, std::string_view stream, const std::vector<Message>& messages) {
    wire::Value events = wire::Value::list();
    for (const auto& [offset, text] : messages)
      events.push_back(wire::Value::object({{"timestamp", world.now.ms + offset}, {"message", text}}));
    return wire::Value::object({{"logGroupName", group}, {"logStreamName", stream}, {"logEvents", events}});
  }
  wire::Value put(std::string_view group, std::string_view stream, const std::vector<Message>& messages) {
    return ok("PutLogEvents", batch(group, stream, messages));
  }

  static std::vector<std::string> texts(const wire::Value& list, std::string_view member) {
    std::vector<std::string> all;
    for (const wire::Value& item : list.items()) all.emplace_back(item.get(member).string());
    return all;
  }
  static std::vector<std::string> messages(const wire::Value& output) {
    return texts(output.get("events"), "message");
  }

  // What the daemon does with the effects of calls.
  void apply_effects() {
    for (const core::Effect& effect : world.effects)
      if (const auto* drop = std::get_if<core::DropLogStream>(&effect))
        EXPECT_TRUE(world.logs->drop(drop->stream_id));
    world.effects.clear();
  }

  using Texts = std::vector<std::string>;
  TestWorld world;
};

}  // namespace slipway::services::logs
