#include "services/secretsmanager/upkeep.hpp"
#include "services/secretsmanager/world_test.hpp"

namespace slipway::services::secretsmanager {
namespace {

using wire::Value;
constexpr std::int64_t day_ms = 24 * 3'600'000;

TEST_F(Secrets, AreMadeAndRead) {
  const std::string arn = make("app/db", "hunter-2-hunter-2");
  constexpr std::string_view start = "arn:aws:secretsmanager:us-east-1:000000000000:secret:app/db-";
  EXPECT_TRUE(arn.starts_with(start));
  EXPECT_EQ(arn.size(), start.size() + 6);
  const Value read = ok("GetSecretValue", of("app/db"));
  EXPECT_EQ(read.get("SecretString").string(), "hunter-2-hunter-2");
  EXPECT_EQ(read.get("VersionStages"), Value::list({"AWSCURRENT"}));
  EXPECT_EQ(read.get("ARN").string(), arn);
  EXPECT_FALSE(read.find("SecretBinary"));
  EXPECT_FALSE(on_disk("hunter-2"));
  EXPECT_EQ(refused("CreateSecret", R"({"Name":"app/db"})"),
            "ResourceExistsException: The operation failed because the secret app/db already exists.");
}

TEST_F(Secrets, AreFoundByNameAndByWholeOrPartialArn) {
  const std::string arn = make("app/db-first", "v");
  for (const std::string& id : {std::string("app/db-first"), arn, arn.substr(0, arn.size() - 7)})
    EXPECT_EQ(value_of(id), "v") << id;
  std::string other = arn;
  other.back() = other.back() == 'x' ? 'y' : 'x';
  for (const std::string& id : {std::string("app"), other, arn + "x", std::string("arn:aws:s3:::b")})
    EXPECT_EQ(refused("GetSecretValue", of(id)), not_found) << id;
  world.realm.region = "eu-west-1";
  EXPECT_EQ(refused("GetSecretValue", of(arn)), not_found);
}

TEST_F(Secrets, OfBytesStayBytes) {
  const std::string bytes("\0\xff\x01", 3);
  ok("CreateSecret", Value::object({{"Name", "b"}, {"SecretBinary", Value::blob(bytes)}}));
  const Value read = ok("GetSecretValue", of("b"));
  EXPECT_EQ(read.get("SecretBinary").string(), bytes);
  EXPECT_FALSE(read.find("SecretString"));
  EXPECT_TRUE(refused("CreateSecret", Value::object({{"Name", "c"},
                                                     {"SecretString", "x"},
                                                     {"SecretBinary", Value::blob("x")}}))
                  .starts_with("InvalidParameterException"));
}

TEST_F(Secrets, WithoutAValueHaveNone) {
  const Value made = ok("CreateSecret", R"({"Name":"empty"})");
  EXPECT_FALSE(made.find("VersionId"));
  EXPECT_EQ(refused("GetSecretValue", of("empty")),
            "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: "
            "AWSCURRENT");
  put("empty", "now");
  EXPECT_EQ(value_of("empty"), "now");
}

TEST_F(Secrets, AreRefusedWithNamesThatCannotBe) {
  for (const char* name : {"a b", "a:b", "a*", "ü"})
    EXPECT_TRUE(refused("CreateSecret", Value::object({{"Name", name}})).starts_with("InvalidParameterException"))
        << name;
  EXPECT_TRUE(refused("CreateSecret", R"({"Name":"r","AddReplicaRegions":[{"Region":"eu-west-1"}]})")
                  .contains("AddReplicaRegions"));
  EXPECT_TRUE(refused("CreateSecret", R"({"Name":"k","KmsKeyId":"alias/none","SecretString":"x"})")
                  .starts_with("EncryptionFailure"));
  EXPECT_EQ(world.state.secrets.size(), 0u);
}

TEST_F(Secrets, AreDescribedWithoutTheirValue) {
  const std::string id = std::string(
      ok("CreateSecret",
         R"({"Name":"d","SecretString":"value-of-it","Description":"what","Tags":[{"Key":"a","Value":"1"}]})")
          .get("VersionId")
          .string());
  const Value told = ok("DescribeSecret", of("d"));
  EXPECT_EQ(told.get("Description").string(), "what");
  EXPECT_EQ(told.get("Tags").at(0), Value::object({{"Key", "a"}, {"Value", "1"}}));
  EXPECT_EQ(told.get("VersionIdsToStages"), Value::object({{id, Value::list({"AWSCURRENT"})}}));
  EXPECT_FALSE(told.find("KmsKeyId"));
  EXPECT_FALSE(told.find("DeletedDate"));
  EXPECT_FALSE(told.find("LastAccessedDate"));
  EXPECT_FALSE(wire::write_json(told).contains("value-of-it"));
  value_of("d");
  EXPECT_EQ(ok("DescribeSecret", of("d")).get("LastAccessedDate").instant().ms, world.now.ms / day_ms * day_ms);
  const std::size_t changes = world.changes;
  value_of("d");
  EXPECT_EQ(world.changes, changes) << "a second read of the day writes nothing";
}

TEST_F(Secrets, AreDeletedAfterAWindowAndRestoredWithinIt) {
  const std::string arn = make("gone", "v");
  for (std::int64_t days : {6, 31})
    EXPECT_EQ(refused("DeleteSecret", with(of("gone"), "RecoveryWindowInDays", days)),
              "InvalidParameterException: The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
  const Value done = ok("DeleteSecret", with(of("gone"), "RecoveryWindowInDays", 7));
  EXPECT_EQ(done.get("DeletionDate").instant().ms, world.now.ms + 7 * day_ms);
  constexpr const char* marked =
      "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.";
  for (const char* operation : {"GetSecretValue", "DeleteSecret", "UpdateSecret", "DeleteResourcePolicy"})
    EXPECT_EQ(refused(operation, of("gone")), marked) << operation;
  EXPECT_EQ(ok("DescribeSecret", of("gone")).get("DeletedDate").instant(), world.now);
  EXPECT_TRUE(refused("CreateSecret", R"({"Name":"gone"})").contains("already scheduled for deletion"));
  ok("RestoreSecret", of(arn));
  EXPECT_EQ(value_of("gone"), "v");

  const auto tick = [&] {
    world.apply([&](core::Turn& turn) -> Result<> {
      upkeep(turn);
      return {};
    });
  };
  ok("DeleteSecret", with(of("gone"), "RecoveryWindowInDays", 7));
  world.now = world.now + (7 * day_ms - 1);
  tick();
  EXPECT_EQ(world.state.secrets.size(), 1u);
  world.now = world.now + 1;
  tick();
  EXPECT_EQ(world.state.secrets.size(), 0u);
  EXPECT_EQ(world.state.secret_versions.size(), 0u);
  EXPECT_EQ(refused("RestoreSecret", of(arn)), not_found);
}

TEST_F(Secrets, CanGoAtOnce) {
  const std::string arn = make("now", "v");
  Value in = with(of("now"), "ForceDeleteWithoutRecovery", true);
  EXPECT_TRUE(refused("DeleteSecret", with(in, "RecoveryWindowInDays", 7)).starts_with("InvalidParameterException"));
  ok("DeleteSecret", in);
  EXPECT_EQ(world.state.secret_versions.size(), 0u);
  const std::string again = make("now", "other");
  EXPECT_NE(again, arn);
  EXPECT_EQ(refused("GetSecretValue", of(arn)), not_found) << "the old ARN is another secret's";
}

TEST_F(Secrets, HaveTagsAndAPolicy) {
  make("t", "v");
  ok("TagResource", R"({"SecretId":"t","Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}]})");
  ok("UntagResource", R"({"SecretId":"t","TagKeys":["a"]})");
  EXPECT_EQ(ok("DescribeSecret", of("t")).get("Tags").size(), 1u);
  EXPECT_FALSE(ok("GetResourcePolicy", of("t")).find("ResourcePolicy"));
  const std::string open =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]})";
  const std::string closed =
      R"({"Statement":{"Effect":"Deny","Principal":{"AWS":"*"},"Action":["secretsmanager:Get*"],"Resource":"*"}})";
  const auto policy = [&](const std::string& text) { return with(of("t"), "ResourcePolicy", text); };
  ok("PutResourcePolicy", policy(closed));
  EXPECT_EQ(ok("GetResourcePolicy", of("t")).get("ResourcePolicy").string(), closed);
  EXPECT_TRUE(refused("PutResourcePolicy", with(policy(open), "BlockPublicPolicy", true))
                  .starts_with("PublicPolicyException"));
  for (const char* bad : {"x", "{}", R"({"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})"})
    EXPECT_TRUE(refused("PutResourcePolicy", policy(bad)).starts_with("MalformedPolicyDocumentException")) << bad;
  EXPECT_FALSE(ok("ValidateResourcePolicy", policy(open)).get("PolicyValidationPassed").boolean());
  EXPECT_TRUE(ok("ValidateResourcePolicy", policy(closed)).get("PolicyValidationPassed").boolean());
  ok("DeleteResourcePolicy", of("t"));
  EXPECT_FALSE(ok("GetResourcePolicy", of("t")).find("ResourcePolicy"));
}

}  // namespace
}  // namespace slipway::services::secretsmanager
