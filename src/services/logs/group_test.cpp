#include "services/logs/world_test.hpp"

namespace slipway::services::logs {
namespace {

using LogGroups = LogsTest;

constexpr std::string_view no_group = "ResourceNotFoundException: The specified log group does not exist.";

TEST_F(LogGroups, AreDescribedAsTheyWereMade) {
  ok("CreateLogGroup", R"({"logGroupName": "/ecs/hello", "tags": {"team": "a b"}})");
  ok("CreateLogGroup", R"({"logGroupName": "rare", "logGroupClass": "INFREQUENT_ACCESS"})");
  ok("PutRetentionPolicy", R"({"logGroupName": "rare", "retentionInDays": 7})");
  const auto groups = ok("DescribeLogGroups", "{}").get("logGroups");
  ASSERT_EQ(groups.size(), 2u);
  const auto& hello = groups.at(0);
  EXPECT_EQ(hello.get("logGroupName").string(), "/ecs/hello");
  EXPECT_EQ(hello.get("arn").string(), "arn:aws:logs:us-east-1:000000000000:log-group:/ecs/hello:*");
  EXPECT_EQ(hello.get("logGroupArn").string(), "arn:aws:logs:us-east-1:000000000000:log-group:/ecs/hello");
  EXPECT_EQ(hello.get("creationTime").integer(), world.now.ms);
  EXPECT_EQ(hello.get("metricFilterCount"), wire::Value(0));
  EXPECT_EQ(hello.get("logGroupClass").string(), "STANDARD");
  EXPECT_TRUE(hello.find("storedBytes"));
  EXPECT_FALSE(hello.find("retentionInDays"));
  EXPECT_EQ(groups.at(1).get("retentionInDays").integer(), 7);
  EXPECT_EQ(groups.at(1).get("logGroupClass").string(), "INFREQUENT_ACCESS");
  EXPECT_EQ(ok("ListTagsLogGroup", R"({"logGroupName": "/ecs/hello"})").get("tags", "team").string(), "a b");
}

TEST_F(LogGroups, AreRefusedInTheWordsOfAws) {
  make("g");
  EXPECT_EQ(refused("CreateLogGroup", R"({"logGroupName": "g"})"),
            "ResourceAlreadyExistsException: The specified log group already exists");
  EXPECT_EQ(refused("CreateLogGroup", R"({"logGroupName": "a b"})"),
            "InvalidParameterException: 1 validation error detected: Value 'a b' at 'logGroupName' failed to "
            "satisfy "
            "constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+");
  EXPECT_TRUE(
      refused("CreateLogGroup", "{}").starts_with("InvalidParameterException: 1 validation error detected"));
  EXPECT_TRUE(
      refused("CreateLogGroup", R"({"logGroupName": "aws/x"})").starts_with("InvalidParameterException"));
  EXPECT_TRUE(
      refused("CreateLogGroup", R"({"logGroupName": "x", "kmsKeyId": "arn:aws:kms:us-east-1:0:key/1"})")
          .contains("does not exist or is not allowed"));
  EXPECT_EQ(refused("DeleteLogGroup", R"({"logGroupName": "x"})"), no_group);
  EXPECT_EQ(refused("PutRetentionPolicy", R"({"logGroupName": "x", "retentionInDays": 1})"), no_group);
  EXPECT_EQ(refused("DeleteRetentionPolicy", R"({"logGroupName": "x"})"), no_group);
  EXPECT_TRUE(
      refused("PutRetentionPolicy", R"({"logGroupName": "g", "retentionInDays": 2})")
          .contains(
              "'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [1, 3, "));
  EXPECT_EQ(world.state.log_groups.size(), 1u);
}

TEST_F(LogGroups, RetentionGoesAgain) {
  make("g");
  ok("PutRetentionPolicy", R"({"logGroupName": "g", "retentionInDays": 3653})");
  ok("DeleteRetentionPolicy", R"({"logGroupName": "g"})");
  EXPECT_FALSE(ok("DescribeLogGroups", "{}").get("logGroups").at(0).find("retentionInDays"));
}

TEST_F(LogGroups, ArePagedInOrderOfNameByPrefixAndPattern) {
  for (std::string_view name : {"b/2", "a", "b/1", "c", "b"}) make(name);
  auto page = ok("DescribeLogGroups", R"({"logGroupNamePrefix": "b", "limit": 2})");
  EXPECT_EQ(texts(page.get("logGroups"), "logGroupName"), (Texts{"b", "b/1"}));
  const std::string token(page.get("nextToken").string());
  page = ok("DescribeLogGroups",
            wire::Value::object({{"logGroupNamePrefix", "b"}, {"limit", 2}, {"nextToken", token}}));
  EXPECT_EQ(texts(page.get("logGroups"), "logGroupName"), (Texts{"b/2"}));
  EXPECT_FALSE(page.find("nextToken"));

  EXPECT_EQ(
      refused("DescribeLogGroups", wire::Value::object({{"logGroupNamePrefix", "c"}, {"nextToken", token}})),
      "InvalidParameterException: The specified nextToken is invalid.");
  EXPECT_EQ(refused("DescribeLogGroups", R"({"nextToken": "%%%"})"),
            "InvalidParameterException: The specified nextToken is invalid.");
  EXPECT_TRUE(refused("DescribeLogGroups", R"({"logGroupNamePrefix": "b", "logGroupNamePattern": "b"})")
                  .contains("mutually exclusive"));

  page = ok("DescribeLogGroups", R"({"logGroupNamePattern": "/1"})");
  ASSERT_EQ(texts(page.get("logGroups"), "logGroupName"), (Texts{"b/1"}));
  EXPECT_FALSE(page.get("logGroups").at(0).find("storedBytes"));
}

TEST_F(LogGroups, AreFoundByNameOrArn) {
  make("a");
  make("b");
  const auto page = ok("DescribeLogGroups", R"({"logGroupIdentifiers":
      ["b", "arn:aws:logs:us-east-1:000000000000:log-group:a", "gone"]})");
  EXPECT_EQ(texts(page.get("logGroups"), "logGroupName"), (Texts{"b", "a"}));
  EXPECT_TRUE(refused("DescribeLogGroups", R"({"logGroupIdentifiers": ["a"], "limit": 1})")
                  .starts_with("InvalidParameterException"));
}

TEST_F(LogGroups, OfAnotherRegionAreOthers) {
  make("g");
  world.realm.region = "eu-west-1";
  EXPECT_EQ(ok("DescribeLogGroups", "{}").get("logGroups").size(), 0u);
  EXPECT_EQ(
      refused("ListTagsForResource", R"({"resourceArn": "arn:aws:logs:us-east-1:000000000000:log-group:g"})"),
      no_group);
  make("g");
  EXPECT_EQ(world.state.log_groups.size(), 2u);
}

TEST_F(LogGroups, AreProtectedFromDeletionUntilTheyAreNot) {
  ok("CreateLogGroup", R"({"logGroupName": "g", "deletionProtectionEnabled": true})");
  ok("CreateLogStream", R"({"logGroupName": "g", "logStreamName": "s"})");
  EXPECT_TRUE(refused("DeleteLogGroup", R"({"logGroupName": "g"})").starts_with("ValidationException"));
  EXPECT_TRUE(refused("DeleteLogStream", R"({"logGroupName": "g", "logStreamName": "s"})")
                  .starts_with("ValidationException"));
  ok("PutLogGroupDeletionProtection", R"({"logGroupIdentifier": "g", "deletionProtectionEnabled": false})");
  ok("DeleteLogGroup", R"({"logGroupName": "g"})");
}

TEST_F(LogGroups, TakeTagsByNameAndByArn) {
  make("g");
  const std::string arn = "arn:aws:logs:us-east-1:000000000000:log-group:g";
  ok("TagLogGroup", R"({"logGroupName": "g", "tags": {"a": "1", "b": "2"}})");
  for (const std::string& form : {arn, arn + ":*"})
    ok("TagResource",
       wire::Value::object({{"resourceArn", form}, {"tags", wire::Value::object({{"b", "3"}})}}));
  ok("UntagLogGroup", R"({"logGroupName": "g", "tags": ["a", "never"]})");
  EXPECT_EQ(ok("ListTagsForResource", wire::Value::object({{"resourceArn", arn + ":*"}})).get("tags"),
            wire::Value::object({{"b", "3"}}));
  ok("UntagResource",
     wire::Value::object({{"resourceArn", arn}, {"tagKeys", wire::Value::list({wire::Value("b")})}}));
  EXPECT_EQ(ok("ListTagsLogGroup", R"({"logGroupName": "g"})").get("tags").size(), 0u);

  EXPECT_EQ(refused("TagLogGroup", R"({"logGroupName": "x", "tags": {"a": "1"}})"), no_group);
  EXPECT_TRUE(
      refused("TagResource", R"({"resourceArn": "arn:aws:sqs:us-east-1:000000000000:q", "tags": {"a": ""}})")
          .starts_with("InvalidParameterException"));
  EXPECT_TRUE(
      refused("TagLogGroup", R"({"logGroupName": "g", "tags": {"aws:x": "1"}})").contains("reserved"));
  EXPECT_TRUE(refused("TagLogGroup", R"({"logGroupName": "g", "tags": {"a": "<"}})").contains("characters"));
}

TEST_F(LogGroups, HoldFiftyTags) {
  make("g");
  wire::Value tags = wire::Value::object();
  for (int i = 0; i < 50; ++i) tags.set("k" + std::to_string(i), "v");
  ok("TagLogGroup", wire::Value::object({{"logGroupName", "g"}, {"tags", tags}}));
  EXPECT_TRUE(refused("TagResource", R"({"resourceArn": "arn:aws:logs:us-east-1:000000000000:log-group:g",
                                         "tags": {"one": "more"}})")
                  .starts_with("TooManyTagsException"));
  EXPECT_EQ(ok("ListTagsLogGroup", R"({"logGroupName": "g"})").get("tags").size(), 50u);
}

}  // namespace
}  // namespace slipway::services::logs
