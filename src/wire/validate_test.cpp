#include "wire/validate.hpp"

#include <gtest/gtest.h>

#include "wire/gen/iam.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::wire {

namespace {

std::string why(const View& input, const Shape& shape) {
  Result<> valid = validate(shape, input.raw(), "ValidationError");
  return valid ? "valid" : valid.error().message;
}

TEST(Validate, AcceptsWhatIsRight) {
  iam::CreateUserRequest user;
  user.set_user_name("someone").add_tags(iam::Tag().set_key("k").set_value(""));
  EXPECT_EQ(why(user, user.shape()), "valid");
}

TEST(Validate, NamesMissingMembers) {
  iam::CreateUserRequest user;
  EXPECT_EQ(why(user, user.shape()),
            "1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must "
            "not be null");
  EXPECT_EQ(validate(user.shape(), user.raw(), "ValidationError").error().code, "ValidationError");
  EXPECT_EQ(validate(user.shape(), user.raw()).error().code, "ValidationException");
}

TEST(Validate, CountsAndJoins) {
  iam::CreateUserRequest user;
  user.set_user_name(std::string(65, 'u')).set_path("/").add_tags(iam::Tag().set_key("").set_value("v"));
  EXPECT_EQ(
      why(user, user.shape()),
      "2 validation errors detected: Value '" + std::string(65, 'u') +
          "' at 'userName' failed to satisfy constraint: Member must have length less than or equal to 64; "
          "Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater "
          "than or "
          "equal to 1");
}

TEST(Validate, CountsCharactersNotBytes) {
  iam::CreateUserRequest user;
  std::string name;
  for (int i = 0; i < 64; ++i) name += "\xc3\xa9";
  user.set_user_name(name);
  EXPECT_EQ(why(user, user.shape()), "valid");
}

TEST(Validate, ChecksNumbersAndEnums) {
  logs::GetLogEventsRequest events;
  events.set_log_stream_name("s").set_limit(20'000);
  EXPECT_EQ(why(events, events.shape()),
            "1 validation error detected: Value '20000' at 'limit' failed to satisfy constraint: Member must "
            "have value "
            "less than or equal to 10000");
  logs::DescribeLogStreamsRequest streams;
  streams.set_order_by("Name");
  EXPECT_EQ(why(streams, streams.shape()),
            "1 validation error detected: Value 'Name' at 'orderBy' failed to satisfy constraint: Member "
            "must satisfy "
            "enum value set: [LogStreamName, LastEventTime]");
}

TEST(Validate, TellsPlainElementsWithTheirList) {
  iam::UntagUserRequest untag;
  untag.set_user_name("u").add_tag_keys("fine").add_tag_keys("");
  EXPECT_EQ(why(untag, untag.shape()),
            "1 validation error detected: Value '[fine, ]' at 'tagKeys' failed to satisfy constraint: Member "
            "must satisfy "
            "constraint: [Member must have length less than or equal to 128, Member must have length greater "
            "than or equal "
            "to 1]");
}

TEST(Validate, LeavesSecretsOut) {
  static constexpr Shape secret{.name = "Secret", .type = Type::string, .max = 3, .sensitive = true};
  static constexpr Member members[] = {
      {.name = "Secret", .shape = &secret, .wire_name = "Secret", .query_name = "Secret"}};
  static constexpr std::uint16_t order[] = {0};
  static constexpr Shape shape{.name = "S", .members = members, .by_name = order, .by_wire_name = order};
  EXPECT_EQ(validate(shape, Value::object({{"Secret", "hunter2"}})).error().message,
            "1 validation error detected: Value at 'secret' failed to satisfy constraint: Member must have "
            "length less than "
            "or equal to 3");
}

TEST(Validate, LeavesSecretsOfListsOut) {
  static constexpr Shape secret{.name = "Secret", .type = Type::string, .max = 3, .sensitive = true};
  static constexpr Member element[] = {{.name = "member", .shape = &secret}};
  static constexpr Shape list{.name = "Secrets", .type = Type::list, .members = element, .max = 1};
  static constexpr Member members[] = {{.name = "Secrets", .shape = &list}};
  static constexpr std::uint16_t order[] = {0};
  static constexpr Shape shape{.name = "S", .members = members, .by_name = order, .by_wire_name = order};
  Result<> valid = validate(shape, Value::object({{"Secrets", Value::list({"hunter2", "hunter3"})}}));
  ASSERT_FALSE(valid);
  EXPECT_TRUE(valid.error().message.starts_with("2 validation errors detected: Value at 'secrets'"));
  EXPECT_EQ(valid.error().message.find("hunter"), std::string::npos);
}

TEST(Validate, TellsTheFirstTen) {
  iam::CreateUserRequest user;
  user.set_user_name("u");
  for (int i = 0; i < 40; ++i) user.add_tags(iam::Tag().set_key("k"));
  std::string message = why(user, user.shape());
  EXPECT_TRUE(message.starts_with("40 validation errors detected: ")) << message;
  EXPECT_NE(message.find("tags.10.member.value"), std::string::npos);
  EXPECT_EQ(message.find("tags.11.member.value"), std::string::npos);
}

}  // namespace

}  // namespace slipway::wire
