#include "services/ssm/world_test.hpp"

namespace slipway::services::ssm {
namespace {

using wire::Value;

class ParameterVersions : public Parameters {
 protected:
  Value label(std::string_view name, const Value& version, std::initializer_list<Value> labels) {
    Value in = Value::object({{"Name", name}, {"Labels", Value::list(labels)}});
    if (version) in.set("ParameterVersion", version);
    return in;
  }
};

TEST_F(ParameterVersions, AreReadByNumberAndLabel) {
  for (const char* value : {"one", "two", "three"}) put("/v", value);
  ok("LabelParameterVersion", label("/v", 1, {"first", "old.one"}));
  EXPECT_EQ(value_of("/v"), "three");
  EXPECT_EQ(value_of("/v:2"), "two");
  EXPECT_EQ(value_of("/v:first"), "one");
  EXPECT_EQ(value_of("arn:aws:ssm:us-east-1:000000000000:parameter/v:old.one"), "one");
  EXPECT_EQ(get("/v:2").get("Selector").string(), ":2");
  EXPECT_EQ(get("/v:2").get("Name").string(), "/v");
  EXPECT_FALSE(get("/v").find("Selector"));
  for (const char* name : {"/v:4", "/v:0", "/v:-1", "/v:none", "/v:", "/v:1:2"})
    EXPECT_TRUE(refused("GetParameter", named(name)).starts_with("ParameterVersionNotFound")) << name;
  EXPECT_TRUE(refused("GetParameter", named("/w:1")).starts_with("ParameterNotFound"));
  const Value several = ok("GetParameters", R"({"Names":["/v","/v:1","/v:9","/w"]})");
  EXPECT_EQ(several.get("Parameters").size(), 2u);
  EXPECT_EQ(several.get("InvalidParameters"), Value::list({"/v:9", "/w"}));
}

TEST_F(ParameterVersions, ALabelIsOnOneOfThem) {
  for (const char* value : {"one", "two"}) put("/v", value);
  EXPECT_EQ(ok("LabelParameterVersion", label("/v", {}, {"live"})).get("ParameterVersion").integer(), 2);
  ok("LabelParameterVersion", label("/v", 1, {"live", "x"}));
  EXPECT_EQ(value_of("/v:live"), "one");
  const Value done = ok("UnlabelParameterVersion", label("/v", 1, {"live", "none"}));
  EXPECT_EQ(done.get("RemovedLabels"), Value::list({"live"}));
  EXPECT_EQ(done.get("InvalidLabels"), Value::list({"none"}));
  EXPECT_TRUE(refused("GetParameter", named("/v:live")).starts_with("ParameterVersionNotFound"));
  EXPECT_EQ(ok("LabelParameterVersion", label("/v", 1, {"1st", "aws-x", "SSMy", "a b", "good"})).get("InvalidLabels").size(),
            4u);
  EXPECT_TRUE(refused("LabelParameterVersion", label("/v", 9, {"a"})).starts_with("ParameterVersionNotFound"));
  EXPECT_TRUE(refused("LabelParameterVersion", label("/w", 1, {"a"})).starts_with("ParameterNotFound"));
}

TEST_F(ParameterVersions, OneHasTenLabels) {
  put("/v", "x");
  for (int i = 0; i < 10; ++i) ok("LabelParameterVersion", label("/v", 1, {"l" + std::to_string(i)}));
  ok("LabelParameterVersion", label("/v", 1, {"l0"}));
  EXPECT_TRUE(
      refused("LabelParameterVersion", label("/v", 1, {"more"})).starts_with("ParameterVersionLabelLimitExceeded"));
}

TEST_F(ParameterVersions, AHundredAreKeptAndALabelKeepsItsOwn) {
  for (int i = 1; i <= 101; ++i) put("/v", std::to_string(i));
  EXPECT_EQ(world.state.parameter_versions.size(), 100u);
  EXPECT_TRUE(refused("GetParameter", named("/v:1")).starts_with("ParameterVersionNotFound"));
  EXPECT_EQ(value_of("/v:2"), "2");
  ok("LabelParameterVersion", label("/v", 2, {"kept"}));
  EXPECT_TRUE(refused("PutParameter", with(input("/v", "x"), "Overwrite", true))
                  .starts_with("ParameterMaxVersionLimitExceeded"));
  ok("LabelParameterVersion", label("/v", 50, {"kept"}));
  put("/v", "102");
  EXPECT_EQ(value_of("/v"), "102");
  EXPECT_EQ(world.state.parameter_versions.size(), 100u);
}

TEST_F(ParameterVersions, AreTheHistory) {
  put("/v", "one", "SecureString");
  world.now = world.now + 1'000;
  put("/v", "two", "SecureString");
  put("/v2", "other");
  ok("LabelParameterVersion", label("/v", 1, {"old"}));
  const Value history = ok("GetParameterHistory", R"({"Name":"/v","WithDecryption":true})").get("Parameters");
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history.at(0).get("Value").string(), "one");
  EXPECT_EQ(history.at(0).get("Labels"), Value::list({"old"}));
  EXPECT_EQ(history.at(0).get("LastModifiedUser").string(), "arn:aws:iam::000000000000:root");
  EXPECT_EQ(history.at(1).get("Version").integer(), 2);
  EXPECT_EQ(history.at(1).get("LastModifiedDate").instant(), world.now);
  const Value first = ok("GetParameterHistory", R"({"Name":"/v","MaxResults":1})");
  EXPECT_NE(first.get("Parameters").at(0).get("Value").string(), "one");
  Value next = Value::object({{"Name", "/v"}, {"NextToken", first.get("NextToken")}});
  const Value rest = ok("GetParameterHistory", next);
  EXPECT_EQ(rest.get("Parameters").size(), 1u);
  EXPECT_EQ(rest.get("Parameters").at(0).get("Version").integer(), 2);
  EXPECT_FALSE(rest.find("NextToken"));
  next.set("Name", "/v2");
  EXPECT_TRUE(refused("GetParameterHistory", next).starts_with("InvalidNextToken"));
}

}  // namespace
}  // namespace slipway::services::ssm
