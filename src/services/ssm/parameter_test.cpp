#include "services/ssm/upkeep.hpp"
#include "services/ssm/world_test.hpp"

namespace slipway::services::ssm {
namespace {

using wire::Value;

TEST_F(Parameters, ArePutAndRead) {
  const Value put = ok("PutParameter", with(input("/app/url", "http://x", "String"), "Description", "where"));
  EXPECT_EQ(put, Value::object({{"Version", 1}, {"Tier", "Standard"}}));
  EXPECT_EQ(get("/app/url"),
            Value::object({{"Name", "/app/url"},
                           {"Type", "String"},
                           {"Value", "http://x"},
                           {"Version", 1},
                           {"LastModifiedDate", world.now},
                           {"ARN", "arn:aws:ssm:us-east-1:000000000000:parameter/app/url"},
                           {"DataType", "text"}}));
  EXPECT_EQ(value_of("arn:aws:ssm:us-east-1:000000000000:parameter/app/url"), "http://x");
  EXPECT_EQ(refused("PutParameter", input("/app/url", "y")).substr(0, 22), "ParameterAlreadyExists");
  EXPECT_EQ(refused("GetParameter", named("/app")), "ParameterNotFound: Parameter /app not found.");
}

TEST_F(Parameters, OfEveryTypeAreSealedAtRest) {
  put("/plain", "plain-text-value");
  put("/list", "one-value,other-value", "StringList");
  put("/secure", "secret-value", "SecureString");
  for (const char* text : {"plain-text-value", "one-value", "secret-value"}) EXPECT_FALSE(on_disk(text)) << text;
  EXPECT_EQ(value_of("/plain"), "plain-text-value");
  EXPECT_EQ(value_of("/list"), "one-value,other-value");
  EXPECT_EQ(value_of("/secure"), "secret-value");
  EXPECT_EQ(get("/plain").get("Value").string(), "plain-text-value");
}

TEST_F(Parameters, SecureOnesStayClosedUntilAsked) {
  put("/secure", "secret-value", "SecureString");
  const std::string closed(get("/secure").get("Value").string());
  EXPECT_NE(closed, "secret-value");
  ASSERT_TRUE(unbase64(closed));
  EXPECT_FALSE(unbase64(closed)->contains("secret"));
  const Value described = ok("DescribeParameters", "{}").get("Parameters").at(0);
  EXPECT_EQ(described.get("KeyId").string(), "alias/aws/ssm");
  EXPECT_FALSE(described.find("Value"));
  EXPECT_EQ(world.state.kms_keys.rows().begin()->second->made_for, "ssm");
}

TEST_F(Parameters, ASealedValueOpensInItsOwnPlaceOnly) {
  put("/a", "one", "SecureString");
  put("/b", "two", "SecureString");
  put("/c", "three");
  put("/d", "four");
  const auto move = [&](const char* from, const char* to) {
    auto& versions = world.state.parameter_versions;
    const std::string sealed =
        versions.find(core::ssm::ParameterVersion::key_of(world.realm, from, 1))->value_sealed;
    world.apply([&](core::Turn& turn) -> Result<> {
      turn.modify(versions, core::ssm::ParameterVersion::key_of(world.realm, to, 1),
                  [&](core::ssm::ParameterVersion& changed) { changed.value_sealed = sealed; });
      return {};
    });
    return refused("GetParameter", Value::object({{"Name", to}, {"WithDecryption", true}}));
  };
  EXPECT_TRUE(move("/a", "/b").starts_with("InvalidKeyId"));
  EXPECT_TRUE(move("/c", "/d").starts_with("InternalServerError"));
}

TEST_F(Parameters, NeedAKeyThatWorks) {
  EXPECT_TRUE(refused("PutParameter", with(input("/s", "v", "SecureString"), "KeyId", "alias/none"))
                  .starts_with("InvalidKeyId: Alias "));
  EXPECT_TRUE(refused("PutParameter", with(input("/s", "v"), "KeyId", "alias/none")).starts_with("ValidationException"));
  put("/s", "v", "SecureString");
  world.apply([&](core::Turn& turn) -> Result<> {
    turn.modify(turn.state.kms_keys, std::string(turn.state.kms_keys.rows().begin()->first),
                [](core::kms::Key& key) { key.state = core::kms::KeyState::disabled; });
    return {};
  });
  EXPECT_TRUE(refused("GetParameter", Value::object({{"Name", "/s"}, {"WithDecryption", true}}))
                  .contains("is disabled"));
  get("/s", false);
}

TEST_F(Parameters, HaveNamesByRule) {
  for (const char* name : {"plain", "/a", "/a/b_c.d-e/F1"}) put(name, "v");
  const auto refusal = [&](const std::string& name) { return refused("PutParameter", input(name, "v")); };
  for (const char* name : {"a/b", "/a/", "//a", "/a b", "a:b", "aws", "AWS-x", "ssm.x", "/ssm/x", "/"})
    EXPECT_TRUE(refusal(name).starts_with("ValidationException")) << name;
  EXPECT_TRUE(refusal("/aws/x").starts_with("AccessDeniedException"));
  std::string deep;
  for (int i = 0; i < 15; ++i) deep += "/l";
  put(deep, "v");
  EXPECT_TRUE(refusal(deep + "/l").starts_with("HierarchyLevelLimitExceededException"));
  EXPECT_TRUE(refusal(std::string(1'000, 'x')).starts_with("ValidationException"));
}

TEST_F(Parameters, HaveValuesByRule) {
  EXPECT_TRUE(refused("PutParameter", input("/v", "")).starts_with("ValidationException"));
  EXPECT_TRUE(refused("PutParameter", input("/v", "{{ssm:x}}")).starts_with("ValidationException"));
  EXPECT_TRUE(refused("PutParameter", Value::object({{"Name", "/v"}, {"Value", "x"}})).contains("type is required"));
  EXPECT_TRUE(refused("PutParameter", with(input("/v", "x"), "DataType", "aws:ec2:image")).contains("aws:ec2:image"));
  Value pattern = with(input("/v", "12a"), "AllowedPattern", "^\\d+$");
  EXPECT_TRUE(refused("PutParameter", pattern).starts_with("ParameterPatternMismatchException"));
  pattern.set("Value", "12");
  ok("PutParameter", pattern);
  EXPECT_TRUE(refused("PutParameter", with(input("/v", "x"), "Overwrite", true))
                  .starts_with("ParameterPatternMismatchException"))
      << "the pattern stays";
  EXPECT_TRUE(refused("PutParameter", with(input("/w", "x"), "AllowedPattern", "("))
                  .starts_with("InvalidAllowedPatternException"));
}

TEST_F(Parameters, HaveTiers) {
  const std::string standard(4'096, 'x'), advanced(8'192, 'x');
  put("/s", standard);
  EXPECT_TRUE(refused("PutParameter", input("/t", standard + "x")).starts_with("ValidationException: Standard tier"));
  const auto tier = [&](const Value& in) { return std::string(ok("PutParameter", in).get("Tier").string()); };
  EXPECT_EQ(tier(with(input("/a", advanced, "SecureString"), "Tier", "Advanced")), "Advanced");
  EXPECT_EQ(value_of("/a"), advanced);
  EXPECT_TRUE(refused("PutParameter", with(input("/b", advanced + "x"), "Tier", "Advanced"))
                  .starts_with("ValidationException: Advanced tier"));
  EXPECT_EQ(tier(with(input("/i", standard), "Tier", "Intelligent-Tiering")), "Standard");
  EXPECT_EQ(tier(with(input("/j", standard + "x"), "Tier", "Intelligent-Tiering")), "Advanced");
  Value down = with(with(input("/a", "x", "SecureString"), "Overwrite", true), "Tier", "Standard");
  EXPECT_TRUE(refused("PutParameter", down).contains("can't downgrade"));
  down.erase("Tier");
  EXPECT_EQ(tier(down), "Advanced");
}

TEST_F(Parameters, KeepMetadataThatIsNotGivenAnew) {
  ok("PutParameter", with(with(input("/m", "1"), "Description", "d"), "Tags",
                          Value::list({Value::object({{"Key", "k"}, {"Value", "v"}})})));
  Value again = with(Value::object({{"Name", "/m"}, {"Value", "2"}}), "Overwrite", true);
  EXPECT_EQ(ok("PutParameter", again).get("Version").integer(), 2);
  const Value described = ok("DescribeParameters", "{}").get("Parameters").at(0);
  EXPECT_EQ(described.get("Description").string(), "d");
  EXPECT_EQ(described.get("Type").string(), "String");
  EXPECT_TRUE(refused("PutParameter", with(again, "Type", "SecureString")).starts_with("HierarchyTypeMismatchException"));
  EXPECT_TRUE(refused("PutParameter", with(again, "Tags", Value::list({Value::object({{"Key", "k"}, {"Value", "v"}})})))
                  .contains("tags and overwrite"));
  const Value of = Value::object({{"ResourceType", "Parameter"}, {"ResourceId", "/m"}});
  EXPECT_EQ(ok("ListTagsForResource", of).get("TagList").size(), 1u);
}

TEST_F(Parameters, ExpireByPolicy) {
  const auto policy = [](const std::string& time) {
    return R"([{"Type":"Expiration","Version":"1.0","Attributes":{"Timestamp":")" + time + "\"}}]";
  };
  Value in = with(with(input("/e", "x"), "Tier", "Advanced"), "Policies", policy(iso8601(world.now + 10'000)));
  ok("PutParameter", in);
  put("/stays", "x");
  const Value told = ok("DescribeParameters", "{}").get("Parameters").at(0).get("Policies").at(0);
  EXPECT_EQ(told.get("PolicyType").string(), "Expiration");
  const auto tick = [&] {
    world.apply([&](core::Turn& turn) -> Result<> {
      upkeep(turn);
      return {};
    });
  };
  tick();
  EXPECT_EQ(world.state.parameters.size(), 2u);
  world.now = world.now + 10'000;
  tick();
  EXPECT_EQ(names(ok("DescribeParameters", "{}").get("Parameters")), (Names{"/stays"}));
  EXPECT_EQ(world.state.parameter_versions.size(), 1u);

  const auto refusal = [&](const char* text) { return refused("PutParameter", with(in, "Policies", text)); };
  EXPECT_TRUE(refusal("[1").starts_with("ValidationException"));
  EXPECT_TRUE(refusal(R"([{"Type":"Other","Version":"1.0"}])").starts_with("InvalidPolicyTypeException"));
  EXPECT_TRUE(refusal(R"([{"Type":"Expiration","Version":"1.0","Attributes":{"Timestamp":"soon"}}])")
                  .starts_with("InvalidPolicyAttributeException"));
  EXPECT_TRUE(refused("PutParameter", with(input("/n", "x"), "Policies", policy("2030-01-01T00:00:00Z")))
                  .starts_with("ValidationException"))
      << "the standard tier has no policies";
}

TEST_F(Parameters, GoWithAllTheirVersions) {
  for (const char* value : {"1", "2", "3"}) put("/a", value);
  put("/ab", "x");
  ok("DeleteParameter", named("/a"));
  EXPECT_EQ(world.state.parameter_versions.size(), 1u);
  EXPECT_TRUE(refused("DeleteParameter", named("/a")).starts_with("ParameterNotFound"));
  const Value done = ok("DeleteParameters", R"({"Names":["/ab","/none"]})");
  EXPECT_EQ(done.get("DeletedParameters").at(0).string(), "/ab");
  EXPECT_EQ(done.get("InvalidParameters").at(0).string(), "/none");
  put("/a", "new");
  EXPECT_EQ(get("/a").get("Version").integer(), 1);
}

}  // namespace
}  // namespace slipway::services::ssm
