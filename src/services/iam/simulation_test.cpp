#include "services/iam/iam_test_fixture.hpp"

namespace slipway::services::iam {
namespace {

class SimulationTest : public IamTest {
 protected:
  SimulationTest() {
    make_user("bob");
    put("bob-may",
        R"({"Statement":[{"Effect":"Allow","Action":"ecs:*","Resource":"*"},{"Effect":"Deny","Action":"ecs:StopTask","Resource":"*"}]})");
  }
  void put(const std::string& name, const std::string& document) {
    auto input =
        wire::Value::object({{"UserName", "bob"}, {"PolicyName", name}, {"PolicyDocument", document}});
    ASSERT_TRUE(world.call(table(), "PutUserPolicy", input));
  }
  wire::Value simulate(const std::string& more) {
    return ok("SimulatePrincipalPolicy",
              R"({"PolicySourceArn":"arn:aws:iam::000000000000:user/bob",)" + more + "}")
        .get("EvaluationResults");
  }
};

TEST_F(SimulationTest, TellsEveryDecision) {
  const wire::Value results = simulate(R"("ActionNames":["ecs:RunTask","ecs:StopTask","s3:GetObject"])");
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results.at(0).get("EvalDecision").string(), "allowed");
  EXPECT_EQ(results.at(0).get("MatchedStatements").at(0).get("SourcePolicyId").string(), "bob-may");
  EXPECT_EQ(results.at(1).get("EvalDecision").string(), "explicitDeny");
  EXPECT_EQ(results.at(2).get("EvalDecision").string(), "implicitDeny");
  EXPECT_EQ(results.at(2).get("EvalResourceName").string(), "*");
  EXPECT_FALSE(results.at(0).find("PermissionsBoundaryDecisionDetail"));
}

TEST_F(SimulationTest, HearsTheBoundary) {
  ok("PutUserPermissionsBoundary",
     R"({"UserName":"bob","PermissionsBoundary":"arn:aws:iam::aws:policy/IAMReadOnlyAccess"})");
  const wire::Value results = simulate(R"("ActionNames":["ecs:RunTask"])");
  EXPECT_EQ(results.at(0).get("EvalDecision").string(), "implicitDeny");
  EXPECT_FALSE(
      results.at(0).get("PermissionsBoundaryDecisionDetail", "AllowedByPermissionsBoundary").boolean());
}

TEST_F(SimulationTest, TakesContextAndNamesWhatIsMissing) {
  put("bob-may",
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${aws:username}","Condition":{"Bool":{"aws:SecureTransport":"true"}}}})");
  const std::string ask = R"("ActionNames":["s3:GetObject"],"ResourceArns":["arn:aws:s3:::bob"])";
  const wire::Value without = simulate(ask);
  EXPECT_EQ(without.at(0).get("EvalDecision").string(), "implicitDeny");
  EXPECT_EQ(without.at(0).get("MissingContextValues").at(0).string(), "aws:SecureTransport");
  const wire::Value with = simulate(
      ask +
      R"(,"ContextEntries":[{"ContextKeyName":"aws:securetransport","ContextKeyValues":["true"],"ContextKeyType":"boolean"}])");
  EXPECT_EQ(with.at(0).get("EvalDecision").string(), "allowed");
  EXPECT_EQ(
      json("GetContextKeysForPrincipalPolicy", R"({"PolicySourceArn":"arn:aws:iam::000000000000:user/bob"})"),
      R"({"ContextKeyNames":["aws:SecureTransport","aws:username"]})");
}

TEST_F(SimulationTest, SimulatesDocuments) {
  const wire::Value results =
      ok("SimulateCustomPolicy",
         R"({"PolicyInputList":["{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}}"],"ActionNames":["s3:GetObject","ecs:RunTask"]})")
          .get("EvaluationResults");
  EXPECT_EQ(results.at(0).get("EvalDecision").string(), "allowed");
  EXPECT_EQ(results.at(1).get("EvalDecision").string(), "implicitDeny");
  EXPECT_EQ(error("SimulateCustomPolicy", R"({"PolicyInputList":["{"],"ActionNames":["s3:GetObject"]})"),
            "InvalidInput 400: Syntax errors in policy.");
  EXPECT_TRUE(
      error("SimulatePrincipalPolicy",
            R"({"PolicySourceArn":"arn:aws:iam::000000000000:user/none","ActionNames":["s3:GetObject"]})")
          .starts_with("NoSuchEntity"));
  const wire::Value page = ok(
      "SimulateCustomPolicy",
      R"({"PolicyInputList":["{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}}"],"ActionNames":["s3:GetObject","ecs:RunTask"],"MaxItems":1})");
  EXPECT_EQ(page.get("EvaluationResults").size(), 1u);
  EXPECT_TRUE(page.get("IsTruncated").boolean());
}

}  // namespace
}  // namespace slipway::services::iam
