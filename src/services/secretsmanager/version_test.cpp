#include "services/secretsmanager/world_test.hpp"

namespace slipway::services::secretsmanager {
namespace {

using wire::Value;

TEST_F(Secrets, KeepTheVersionBefore) {
  make("s", "one");
  const std::string two = put("s", "two");
  EXPECT_EQ(value_of("s"), "two");
  EXPECT_EQ(value_of("s", "AWSPREVIOUS"), "one");
  put("s", "three");
  EXPECT_EQ(value_of("s", "AWSPREVIOUS"), "two");
  EXPECT_EQ(stages("s").size(), 2u) << "the first is deprecated";
  EXPECT_EQ(ok("GetSecretValue", with(of("s"), "VersionId", two)).get("SecretString").string(), "two");
  EXPECT_EQ(ok("ListSecretVersionIds", of("s")).get("Versions").size(), 2u);
  EXPECT_EQ(ok("ListSecretVersionIds", with(of("s"), "IncludeDeprecated", true)).get("Versions").size(), 3u);
  EXPECT_TRUE(refused("GetSecretValue", with(with(of("s"), "VersionId", two), "VersionStage", "AWSCURRENT"))
                  .starts_with("InvalidRequestException"));
}

TEST_F(Secrets, TakeATokenForOneValue) {
  Value in = Value::object({{"Name", "s"}, {"SecretString", "one"}, {"ClientRequestToken", token}});
  const Value made = ok("CreateSecret", in);
  EXPECT_EQ(made.get("VersionId").string(), token);
  EXPECT_EQ(ok("CreateSecret", in), made);
  EXPECT_TRUE(refused("CreateSecret", with(in, "SecretString", "other")).starts_with("ResourceExistsException"));
  Value again = with(with(of("s"), "SecretString", "one"), "ClientRequestToken", token);
  ok("PutSecretValue", again);
  EXPECT_EQ(world.state.secret_versions.size(), 1u);
  again.set("SecretString", "other");
  EXPECT_EQ(refused("PutSecretValue", again),
            "ResourceExistsException: You can't use ClientRequestToken " + std::string(token) +
                " because that value is already in use for a version of secret " +
                std::string(made.get("ARN").string()) + ".");
  EXPECT_TRUE(refused("UpdateSecret", again).starts_with("ResourceExistsException"));
}

TEST_F(Secrets, PendingVersionsBecomeCurrentWhenMoved) {
  const std::string arn = make("s", "one");
  const std::string pending = put("s", "two", {"AWSPENDING"});
  EXPECT_EQ(value_of("s"), "one");
  EXPECT_EQ(value_of("s", "AWSPENDING"), "two");
  Value move = with(with(of("s"), "VersionStage", "AWSCURRENT"), "MoveToVersionId", pending);
  EXPECT_TRUE(refused("UpdateSecretVersionStage", move).contains("RemoveFromVersionId can't be empty"));
  const Value first = ok("GetSecretValue", of("s")).get("VersionId");
  EXPECT_TRUE(refused("UpdateSecretVersionStage", with(move, "RemoveFromVersionId", pending))
                  .starts_with("InvalidParameterException"));
  ok("UpdateSecretVersionStage", with(move, "RemoveFromVersionId", first));
  EXPECT_EQ(value_of("s"), "two");
  EXPECT_EQ(value_of("s", "AWSPREVIOUS"), "one");
  Value remove = with(with(of("s"), "VersionStage", "AWSPENDING"), "RemoveFromVersionId", pending);
  ok("UpdateSecretVersionStage", remove);
  EXPECT_TRUE(refused("GetSecretValue", with(of("s"), "VersionStage", "AWSPENDING"))
                  .starts_with("ResourceNotFoundException"));
  remove.set("VersionStage", "AWSCURRENT");
  EXPECT_TRUE(refused("UpdateSecretVersionStage", remove).contains("can't be completely removed"));
  EXPECT_TRUE(refused("UpdateSecretVersionStage", with(move, "MoveToVersionId", token))
                  .starts_with("ResourceNotFoundException"));
}

TEST_F(Secrets, AStageIsOnOneVersion) {
  make("s", "one");
  put("s", "two", {"blue", "blue"});
  put("s", "three", {"blue"});
  EXPECT_EQ(value_of("s", "blue"), "three");
  std::size_t holders = 0;
  for (const auto& [row, version] : world.state.secret_versions.rows()) holders += version->has_stage("blue");
  EXPECT_EQ(holders, 1u);
}

TEST_F(Secrets, AHundredVersionsAreKept) {
  make("s", "0");
  for (int i = 1; i <= 120; ++i) {
    world.now = world.now + 1;
    put("s", std::to_string(i));
  }
  EXPECT_EQ(world.state.secret_versions.size(), 100u);
  EXPECT_EQ(value_of("s"), "120");
  EXPECT_EQ(value_of("s", "AWSPREVIOUS"), "119");
}

TEST_F(Secrets, AreUpdated) {
  make("s", "one");
  ok("UpdateSecret", with(of("s"), "Description", "new"));
  EXPECT_EQ(value_of("s"), "one");
  EXPECT_TRUE(ok("UpdateSecret", with(of("s"), "SecretString", "two")).find("VersionId"));
  EXPECT_EQ(value_of("s"), "two");
  EXPECT_EQ(ok("DescribeSecret", of("s")).get("Description").string(), "new");
  EXPECT_TRUE(refused("UpdateSecret", with(of("s"), "KmsKeyId", "alias/none")).starts_with("EncryptionFailure"));
  EXPECT_TRUE(refused("PutSecretValue", of("s")).starts_with("InvalidParameterException"));
}

TEST_F(Secrets, NeedTheirKey) {
  make("s", "one");
  world.apply([&](core::Turn& turn) -> Result<> {
    turn.modify(turn.state.kms_keys, std::string(turn.state.kms_keys.rows().begin()->first),
                [](core::kms::Key& key) { key.state = core::kms::KeyState::disabled; });
    return {};
  });
  EXPECT_TRUE(refused("GetSecretValue", of("s")).starts_with("DecryptionFailure"));
  EXPECT_TRUE(refused("PutSecretValue", with(of("s"), "SecretString", "x")).starts_with("EncryptionFailure"));
}

// A ciphertext in another secret's row, or another version's, does not open.
TEST_F(Secrets, ASealedValueOpensInItsOwnPlaceOnly) {
  make("a", "one");
  put("a", "two");
  make("b", "three");
  const auto& rows = world.state.secret_versions.rows();
  const std::string sealed = rows.begin()->second->value_sealed;
  world.apply([&](core::Turn& turn) -> Result<> {
    for (const std::string& id : {std::string("a"), std::string("b")})
      for (const auto& [row, version] : turn.state.secret_versions.rows())
        if (version->name == id)
          turn.modify(turn.state.secret_versions, std::string(row),
                      [&](core::secretsmanager::SecretVersion& changed) { changed.value_sealed = sealed; });
    return {};
  });
  EXPECT_TRUE(refused("GetSecretValue", of("b")).starts_with("DecryptionFailure"));
  int opened = 0;
  for (const char* stage : {"AWSCURRENT", "AWSPREVIOUS"})
    opened += refused("GetSecretValue", with(of("a"), "VersionStage", stage)) == "no error";
  EXPECT_EQ(opened, 1);
}

}  // namespace
}  // namespace slipway::services::secretsmanager
