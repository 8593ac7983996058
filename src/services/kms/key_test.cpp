#include "services/common/test_calls.hpp"
#include "services/kms/table.hpp"
#include "services/kms/upkeep.hpp"

namespace slipway::services::kms {
namespace {

using wire::Value;
constexpr std::int64_t day_ms = 24 * 3'600'000;

class Keys : public CallTest {
 protected:
  Keys() : CallTest(table()) {}

  std::string make() { return std::string(ok("CreateKey", "{}").get("KeyMetadata", "KeyId").string()); }
  static std::string of(const std::string& key, const std::string& more = "") {
    return R"({"KeyId":")" + key + "\"" + more + "}";
  }
  std::string alias(const std::string& name, const std::string& key, const char* operation = "CreateAlias") {
    return refused(operation, Value::object({{"AliasName", name}, {"TargetKeyId", key}}));
  }
  void tick() {
    world.apply([&](core::Turn& turn) -> Result<> {
      upkeep(turn, world.environment);
      return {};
    });
  }
};

TEST_F(Keys, AreDescribed) {
  const Value made = ok("CreateKey", R"({"Description":"of mine","Tags":[{"TagKey":"a","TagValue":"1"}]})");
  const Value& key = made.get("KeyMetadata");
  const std::string id(key.get("KeyId").string());
  EXPECT_EQ(id.size(), 36u);
  EXPECT_EQ(key.get("Arn").string(), "arn:aws:kms:us-east-1:000000000000:key/" + id);
  EXPECT_EQ(key.get("KeyState").string(), "Enabled");
  EXPECT_EQ(key.get("KeyManager").string(), "CUSTOMER");
  EXPECT_EQ(key.get("KeySpec").string(), "SYMMETRIC_DEFAULT");
  EXPECT_FALSE(key.find("DeletionDate"));
  for (const std::string& form : {id, "arn:aws:kms:us-east-1:000000000000:key/" + id})
    EXPECT_EQ(ok("DescribeKey", of(form)), made);
  EXPECT_EQ(ok("ListResourceTags", of(id)).get("Tags").at(0),
            Value::object({{"TagKey", "a"}, {"TagValue", "1"}}));
  ok("UpdateKeyDescription", of(id, R"(,"Description":"")"));
  EXPECT_EQ(ok("DescribeKey", of(id)).get("KeyMetadata", "Description").string(), "");
}

TEST_F(Keys, OfOtherKindsAreRefusedByName) {
  for (const char* input :
       {R"({"KeySpec":"RSA_2048"})", R"({"CustomerMasterKeySpec":"HMAC_256"})", R"({"KeyUsage":"SIGN_VERIFY"})",
        R"({"Origin":"EXTERNAL"})", R"({"MultiRegion":true})", R"({"CustomKeyStoreId":"cks-1"})"})
    EXPECT_TRUE(refused("CreateKey", input).starts_with("UnsupportedOperationException")) << input;
  EXPECT_TRUE(refused("CreateKey", R"({"KeySpec":"RSA_2048"})").contains("RSA_2048"));
  EXPECT_TRUE(refused("CreateKey", R"({"Policy":"{}"})").starts_with("MalformedPolicyDocumentException"));
  EXPECT_EQ(world.state.kms_keys.size(), 0u);
}

TEST_F(Keys, ThatAreNotThereAreNotFound) {
  EXPECT_EQ(refused("DescribeKey", of("nope")),
            "NotFoundException: Key 'arn:aws:kms:us-east-1:000000000000:key/nope' does not exist");
  EXPECT_EQ(refused("DescribeKey", of("alias/nope")),
            "NotFoundException: Alias arn:aws:kms:us-east-1:000000000000:alias/nope is not found.");
  EXPECT_EQ(refused("DescribeKey", of("arn:aws:kms:eu-west-1:000000000000:key/" + make())),
            "NotFoundException: Invalid arn eu-west-1");
  EXPECT_TRUE(refused("DescribeKey", of("arn:aws:s3:us-east-1:000000000000:key/a")).starts_with("InvalidArnException"));
}

TEST_F(Keys, HaveAliases) {
  const std::string one = make(), two = make();
  EXPECT_EQ(alias("alias/app/db", one), "no error");
  EXPECT_TRUE(alias("alias/app/db", two).starts_with("AlreadyExistsException"));
  EXPECT_TRUE(alias("app", one).starts_with("ValidationException"));
  EXPECT_TRUE(alias("alias/", one).starts_with("InvalidAliasNameException"));
  EXPECT_TRUE(alias("alias/a:b", one).starts_with("InvalidAliasNameException"));
  EXPECT_TRUE(alias("alias/aws/mine", one).starts_with("NotAuthorizedException"));
  EXPECT_TRUE(alias("alias/x", "alias/app/db").starts_with("ValidationException"));
  EXPECT_EQ(ok("DescribeKey", of("alias/app/db")).get("KeyMetadata", "KeyId").string(), one);
  EXPECT_EQ(alias("alias/app/db", two, "UpdateAlias"), "no error");
  EXPECT_EQ(
      ok("DescribeKey", of("arn:aws:kms:us-east-1:000000000000:alias/app/db")).get("KeyMetadata", "KeyId").string(),
      two);
  EXPECT_TRUE(refused("DisableKey", of("alias/app/db")).starts_with("NotFoundException"));
  EXPECT_EQ(ok("ListAliases", of(one)).get("Aliases").size(), 0u);
  EXPECT_EQ(ok("ListAliases", "{}").get("Aliases").at(0).get("TargetKeyId").string(), two);
  ok("DeleteAlias", R"({"AliasName":"alias/app/db"})");
  EXPECT_TRUE(refused("DeleteAlias", R"({"AliasName":"alias/app/db"})").starts_with("NotFoundException"));
  EXPECT_TRUE(alias("alias/app/db", two, "UpdateAlias").starts_with("NotFoundException"));
}

TEST_F(Keys, GoAfterTheirWaitingPeriod) {
  const std::string key = make();
  EXPECT_EQ(alias("alias/a", key), "no error");
  for (const char* days : {"6", "31"})
    EXPECT_TRUE(refused("ScheduleKeyDeletion", of(key, R"(,"PendingWindowInDays":)" + std::string(days)))
                    .starts_with("ValidationException"));
  const Value told = ok("ScheduleKeyDeletion", of(key, R"(,"PendingWindowInDays":7)"));
  EXPECT_EQ(told.get("DeletionDate").instant().ms, world.now.ms + 7 * day_ms);
  EXPECT_EQ(ok("DescribeKey", of(key)).get("KeyMetadata", "KeyState").string(), "PendingDeletion");
  EXPECT_TRUE(refused("EnableKey", of(key)).starts_with("KMSInvalidStateException"));
  world.now = world.now + (7 * day_ms - 1);
  tick();
  EXPECT_EQ(world.state.kms_keys.size(), 1u);
  world.now = world.now + 1;
  tick();
  EXPECT_EQ(world.state.kms_keys.size(), 0u);
  EXPECT_EQ(world.state.kms_aliases.size(), 0u);
}

TEST_F(Keys, ThatAreKeptDoNotGo) {
  const std::string key = make();
  ok("ScheduleKeyDeletion", of(key));
  ok("CancelKeyDeletion", of(key));
  EXPECT_TRUE(refused("CancelKeyDeletion", of(key)).starts_with("KMSInvalidStateException"));
  world.now = world.now + 31 * day_ms;
  tick();
  EXPECT_EQ(ok("DescribeKey", of(key)).get("KeyMetadata", "KeyState").string(), "Disabled");
}

TEST_F(Keys, OfAwsComeAtTheirFirstUseAndStay) {
  const Value made = ok("DescribeKey", of("alias/aws/ssm"));
  EXPECT_EQ(made.get("KeyMetadata", "KeyManager").string(), "AWS");
  EXPECT_EQ(ok("DescribeKey", of("alias/aws/ssm")), made);
  const std::string key(made.get("KeyMetadata", "KeyId").string());
  for (const char* operation : {"DisableKey", "ScheduleKeyDeletion", "EnableKeyRotation"})
    EXPECT_TRUE(refused(operation, of(key)).starts_with("AccessDeniedException")) << operation;
  EXPECT_TRUE(alias("alias/mine", key).starts_with("AccessDeniedException"));
  EXPECT_EQ(ok("ListAliases", "{}").get("Aliases").at(0).get("AliasName").string(), "alias/aws/ssm");
  EXPECT_NE(ok("DescribeKey", of("alias/aws/secretsmanager")).get("KeyMetadata", "KeyId").string(), key);
}

TEST_F(Keys, AreListedInPages) {
  for (int i = 0; i < 3; ++i) make();
  const Value first = ok("ListKeys", R"({"Limit":2})");
  EXPECT_EQ(first.get("Keys").size(), 2u);
  EXPECT_TRUE(first.get("Truncated").boolean());
  const Value marker = first.get("NextMarker");
  const Value rest = ok("ListKeys", Value::object({{"Marker", marker}}));
  EXPECT_EQ(rest.get("Keys").size(), 1u);
  EXPECT_FALSE(rest.get("Truncated").boolean());
  EXPECT_TRUE(refused("ListAliases", Value::object({{"Marker", marker}})).starts_with("InvalidMarkerException"));
}

TEST_F(Keys, HaveAPolicyAndTags) {
  const std::string key = make();
  const std::string policy(ok("GetKeyPolicy", of(key)).get("Policy").string());
  EXPECT_TRUE(policy.contains("arn:aws:iam::000000000000:root"));
  Value put = Value::object({{"KeyId", key}, {"Policy", "{\"Statement\":[]}"}});
  EXPECT_TRUE(refused("PutKeyPolicy", put).starts_with("MalformedPolicyDocumentException"));
  put.set("Policy", policy);
  ok("PutKeyPolicy", put);
  EXPECT_EQ(ok("ListKeyPolicies", of(key)).get("PolicyNames").at(0).string(), "default");
  EXPECT_TRUE(refused("GetKeyPolicy", of(key, R"(,"PolicyName":"other")")).starts_with("NotFoundException"));
  ok("TagResource", of(key, R"(,"Tags":[{"TagKey":"a","TagValue":"1"},{"TagKey":"b","TagValue":"2"}])"));
  ok("UntagResource", of(key, R"(,"TagKeys":["a"])"));
  EXPECT_EQ(ok("ListResourceTags", of(key)).get("Tags").size(), 1u);
  EXPECT_TRUE(
      refused("TagResource", of(key, R"(,"Tags":[{"TagKey":"aws:a","TagValue":""}])")).starts_with("TagException"));
}

TEST_F(Keys, RotateWhenAsked) {
  const std::string key = make();
  EXPECT_FALSE(ok("GetKeyRotationStatus", of(key)).get("KeyRotationEnabled").boolean());
  ok("EnableKeyRotation", of(key));
  EXPECT_EQ(ok("GetKeyRotationStatus", of(key)).get("RotationPeriodInDays").integer(), 365);
  ok("DisableKey", of(key));
  EXPECT_TRUE(refused("DisableKeyRotation", of(key)).starts_with("DisabledException"));
  world.now = world.now + 366 * day_ms;
  tick();
  EXPECT_EQ(world.state.kms_keys.rows().begin()->second->materials.size(), 1u) << "a disabled key does not rotate";
  ok("EnableKey", of(key));
  ok("DisableKeyRotation", of(key));
  EXPECT_FALSE(ok("GetKeyRotationStatus", of(key)).get("KeyRotationEnabled").boolean());
}

}  // namespace
}  // namespace slipway::services::kms
