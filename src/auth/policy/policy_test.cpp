#include "auth/policy/policy.hpp"

#include <gtest/gtest.h>

#include <map>

#include "auth/policy/cache.hpp"
#include "auth/policy/evaluate.hpp"
#include "base/limits.hpp"

namespace slipway::auth::policy {
namespace {

class Known final : public Context {
 public:
  std::map<std::string, std::vector<std::string>, std::less<>> held;
  mutable int asked = 0;

  bool values(std::string_view key, std::vector<std::string>& out) const override {
    ++asked;
    const auto at = held.find(key);
    if (at == held.end()) return false;
    out.insert(out.end(), at->second.begin(), at->second.end());
    return true;
  }
};

std::string statement(const std::string& more) {
  return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",)" + more + "}]}";
}
std::string on_all(const std::string& more) {
  return statement(R"("Action":"*","Resource":"*",)" + more);
}
std::string why(std::string_view document, Use use = Use::identity) {
  const auto compiled = compile(document, use);
  if (compiled) return "";
  EXPECT_EQ(compiled.error().code, "MalformedPolicyDocument");
  return compiled.error().message;
}

class PolicyTest : public testing::Test {
 protected:
  Effect effect(const std::string& document, std::string_view action = "ecs:RunTask",
                std::string_view resource = "arn:aws:ecs:us-east-1:000000000000:task-definition/web:7") {
    auto compiled = compile(document, Use::identity);
    EXPECT_TRUE(compiled) << document << ": " << (compiled ? "" : compiled.error().message);
    if (!compiled) return Effect::deny;
    return effect_of(**compiled, {action, resource, known, {}});
  }
  bool allows(const std::string& document, std::string_view action = "ecs:RunTask",
              std::string_view resource = "arn:aws:ecs:us-east-1:000000000000:task-definition/web:7") {
    return effect(document, action, resource) == Effect::allow;
  }
  bool holds(const std::string& condition) { return allows(on_all("\"Condition\":" + condition)); }

  Known known;
};

TEST_F(PolicyTest, ActionsAreMatchedInEitherCaseWithWildcards) {
  auto of = [](const std::string& action) {
    return statement("\"Action\":" + action + R"(,"Resource":"*")");
  };
  EXPECT_TRUE(allows(of(R"("ecs:RunTask")")));
  EXPECT_TRUE(allows(of(R"("ECS:runtask")")));
  EXPECT_TRUE(allows(of(R"(["s3:Get*","ecs:R?nT*k"])")));
  EXPECT_TRUE(allows(of(R"("*")")));
  EXPECT_FALSE(allows(of(R"("ecs:RunTas")")));
  EXPECT_FALSE(allows(of(R"("ecs:RunTask?")")));
  EXPECT_FALSE(allows(of(R"("ecs:*k2")")));
  EXPECT_TRUE(allows(R"({"Statement":{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}})"));
  EXPECT_FALSE(allows(R"({"Statement":{"Effect":"Allow","NotAction":["iam:*","ecs:Run*"],"Resource":"*"}})"));
}

TEST_F(PolicyTest, ResourcesAreMatchedBySegments) {
  auto of = [](const std::string& resource) {
    return statement("\"Action\":\"*\",\"Resource\":\"" + resource + "\"");
  };
  EXPECT_TRUE(allows(of("arn:aws:ecs:*:*:task-definition/web:*")));
  EXPECT_TRUE(allows(of("arn:aws:ecs:us-east-1:000000000000:task-definition/w?b:7")));
  EXPECT_FALSE(allows(of("arn:aws:ecs:us-east-1:000000000000:task-definition/WEB:7")));
  EXPECT_FALSE(allows(of("arn:aws:ecs:*:*:task-definition/web")));
  // At a segment's end the star goes on over colons; inside it does not.
  EXPECT_TRUE(allows(of("arn:aws:ecs:*")));
  EXPECT_TRUE(allows(of("arn:aws:ecs:us-*:task-definition/web:7")));
  EXPECT_FALSE(allows(of("arn:aws:ecs:u*7")));
  EXPECT_TRUE(allows(of("arn:aws:ecs:u*-1:000000000000:task-definition/web:7")));
  EXPECT_FALSE(allows(of("arn:aws:ecs:us?east-1?000000000000:task-definition/web:7")));
  EXPECT_TRUE(allows(R"({"Statement":{"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::*"}})"));
  EXPECT_FALSE(allows(R"({"Statement":{"Effect":"Allow","Action":"*","NotResource":"arn:aws:ecs:*"}})"));
  EXPECT_FALSE(allows(of("arn:aws:ecs:us-east-1:000000000000:*"), "ecs:ListClusters", "*"));
  EXPECT_TRUE(allows(of("*"), "ecs:ListClusters", "*"));
}

TEST_F(PolicyTest, ADenyWins) {
  const std::string both =
      R"({"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"ecs:Run*","Resource":"*"}]})";
  EXPECT_EQ(effect(both), Effect::deny);
  EXPECT_EQ(effect(both, "ecs:StopTask"), Effect::allow);
  EXPECT_EQ(effect(statement(R"("Action":"s3:*","Resource":"*")")), Effect::none);
}

TEST_F(PolicyTest, StringConditions) {
  known.held = {{"aws:username", {"Bob*"}}};
  EXPECT_TRUE(holds(R"({"StringEquals":{"aws:UserName":["x","Bob*"]}})"));
  EXPECT_FALSE(holds(R"({"StringEquals":{"aws:username":"bob*"}})"));
  EXPECT_TRUE(holds(R"({"StringEqualsIgnoreCase":{"aws:username":"bOB*"}})"));
  EXPECT_TRUE(holds(R"({"StringLike":{"aws:username":"B?b*"}})"));
  EXPECT_FALSE(holds(R"({"StringNotEquals":{"aws:username":["x","Bob*"]}})"));
  EXPECT_TRUE(holds(R"({"StringNotEquals":{"aws:username":["x","y"]}})"));
  EXPECT_FALSE(holds(R"({"StringNotLike":{"aws:username":"B*"}})"));
  EXPECT_TRUE(holds(R"({"StringNotEqualsIgnoreCase":{"aws:username":"bob"}})"));
  EXPECT_FALSE(holds(R"({"StringEquals":{"aws:username":"Bob*","aws:userid":"x"}})")) << "all keys must hold";
  EXPECT_FALSE(holds(R"({"StringEquals":{"aws:username":"Bob*"},"Bool":{"aws:SecureTransport":true}})"));
}

TEST_F(PolicyTest, WithoutTheKeyOnlyNegationHolds) {
  EXPECT_FALSE(holds(R"({"StringEquals":{"aws:none":"x"}})"));
  EXPECT_TRUE(holds(R"({"StringNotEquals":{"aws:none":"x"}})"));
  EXPECT_TRUE(holds(R"({"NotIpAddress":{"aws:none":"10.0.0.0/8"}})"));
  EXPECT_TRUE(holds(R"({"StringEqualsIfExists":{"aws:none":"x"}})"));
  EXPECT_TRUE(holds(R"({"ForAllValues:StringEquals":{"aws:none":"x"}})"));
  EXPECT_FALSE(holds(R"({"ForAnyValue:StringEquals":{"aws:none":"x"}})"));
  EXPECT_FALSE(holds(R"({"ForAnyValue:StringNotEquals":{"aws:none":"x"}})"));
  EXPECT_TRUE(holds(R"({"Null":{"aws:none":"true"}})"));
  EXPECT_FALSE(holds(R"({"Null":{"aws:none":false}})"));
  known.held = {{"aws:none", {"y"}}};
  EXPECT_FALSE(holds(R"({"StringEqualsIfExists":{"aws:none":"x"}})"));
  EXPECT_FALSE(holds(R"({"Null":{"aws:none":"true"}})"));
  EXPECT_TRUE(holds(R"({"Null":{"aws:none":"false"}})"));
}

TEST_F(PolicyTest, SetsOfValues) {
  known.held = {{"aws:tagkeys", {"team", "floor"}}};
  EXPECT_TRUE(holds(R"({"ForAllValues:StringEquals":{"aws:TagKeys":["team","floor","room"]}})"));
  EXPECT_FALSE(holds(R"({"ForAllValues:StringEquals":{"aws:TagKeys":["team"]}})"));
  EXPECT_TRUE(holds(R"({"ForAnyValue:StringEquals":{"aws:TagKeys":["team"]}})"));
  EXPECT_FALSE(holds(R"({"ForAnyValue:StringEquals":{"aws:TagKeys":["room"]}})"));
  EXPECT_TRUE(holds(R"({"ForAllValues:StringNotEquals":{"aws:TagKeys":["room"]}})"));
  EXPECT_FALSE(holds(R"({"ForAllValues:StringNotEquals":{"aws:TagKeys":["team"]}})"));
  EXPECT_TRUE(holds(R"({"ForAnyValue:StringNotEquals":{"aws:TagKeys":["team"]}})"));
}

TEST_F(PolicyTest, NumbersDatesAddressesAndTheRest) {
  known.held = {{"ecs:task-cpu", {"512"}},
                {"aws:currenttime", {"2026-11-24T13:45:20Z"}},
                {"aws:sourceip", {"10.1.2.3"}},
                {"aws:v6", {"2001:db8::5"}},
                {"aws:securetransport", {"true"}},
                {"x:bin", {"QUJD"}},
                {"aws:sourcearn", {"arn:aws:ecs:us-east-1:000000000000:task/c/1"}}};
  EXPECT_TRUE(holds(R"({"NumericLessThanEquals":{"ecs:task-cpu":"512"}})"));
  EXPECT_FALSE(holds(R"({"NumericLessThan":{"ecs:task-cpu":512}})"));
  EXPECT_TRUE(holds(R"({"NumericGreaterThan":{"ecs:task-cpu":"511.5"}})"));
  EXPECT_TRUE(holds(R"({"NumericEquals":{"ecs:task-cpu":"512.0"}})"));
  EXPECT_FALSE(holds(R"({"NumericNotEquals":{"ecs:task-cpu":"512"}})"));
  EXPECT_TRUE(holds(R"({"DateGreaterThan":{"aws:CurrentTime":"2026-11-24"}})"));
  EXPECT_FALSE(holds(R"({"DateLessThan":{"aws:CurrentTime":"2026-11-24T13:45Z"}})"));
  EXPECT_TRUE(holds(R"({"DateEquals":{"aws:CurrentTime":"1795527920"}})"));
  EXPECT_TRUE(holds(R"({"IpAddress":{"aws:SourceIp":["192.0.2.0/24","10.0.0.0/8"]}})"));
  EXPECT_FALSE(holds(R"({"IpAddress":{"aws:SourceIp":"10.1.2.4"}})"));
  EXPECT_FALSE(holds(R"({"NotIpAddress":{"aws:SourceIp":"10.1.2.0/30"}})"));
  EXPECT_FALSE(holds(R"({"IpAddress":{"aws:SourceIp":"::/0"}})"));
  EXPECT_TRUE(holds(R"({"IpAddress":{"aws:v6":"2001:db8::/32"}})"));
  EXPECT_TRUE(holds(R"({"Bool":{"aws:SecureTransport":true}})"));
  EXPECT_FALSE(holds(R"({"Bool":{"aws:SecureTransport":"false"}})"));
  EXPECT_TRUE(holds(R"({"BinaryEquals":{"x:bin":"QUJD"}})"));
  EXPECT_TRUE(holds(R"({"ArnLike":{"aws:SourceArn":"arn:aws:ecs:*:000000000000:task/*"}})"));
  EXPECT_TRUE(holds(R"({"ArnEquals":{"aws:SourceArn":"arn:aws:ecs:us-*:*:*"}})"));
  EXPECT_FALSE(holds(R"({"ArnLike":{"aws:SourceArn":"arn:aws:ecs:*:task/*"}})")) << "part by part";
  EXPECT_FALSE(holds(R"({"ArnNotLike":{"aws:SourceArn":"arn:aws:ecs:*:*:task/*"}})"));
  EXPECT_FALSE(holds(R"({"NumericEquals":{"aws:CurrentTime":"1"}})")) << "no number equals nothing";
}

TEST_F(PolicyTest, Variables) {
  known.held = {{"aws:username", {"bob"}}, {"aws:principaltag/team", {"*"}}};
  const std::string home = statement(R"("Action":"*","Resource":"arn:aws:s3:::b/${aws:username}/*")");
  EXPECT_TRUE(allows(home, "s3:GetObject", "arn:aws:s3:::b/bob/x"));
  EXPECT_FALSE(allows(home, "s3:GetObject", "arn:aws:s3:::b/alice/x"));
  const std::string team = statement(R"("Action":"*","Resource":"arn:aws:s3:::b/${aws:PrincipalTag/team}")");
  EXPECT_TRUE(allows(team, "s3:GetObject", "arn:aws:s3:::b/*"));
  EXPECT_FALSE(allows(team, "s3:GetObject", "arn:aws:s3:::b/x")) << "a value's star is a letter";
  const std::string other =
      statement(R"("Action":"*","Resource":"arn:aws:s3:::b/${aws:PrincipalTag/x, 'all'}")");
  EXPECT_TRUE(allows(other, "s3:GetObject", "arn:aws:s3:::b/all"));
  EXPECT_FALSE(allows(statement(R"("Action":"*","Resource":"arn:aws:s3:::b/${aws:userid}*")"), "s3:GetObject",
                      "arn:aws:s3:::b/"));
  const std::string literal = statement(R"("Action":"*","Resource":"arn:aws:s3:::b/${*}${?}${$}*")");
  EXPECT_TRUE(allows(literal, "s3:GetObject", "arn:aws:s3:::b/*?$x"));
  EXPECT_FALSE(allows(literal, "s3:GetObject", "arn:aws:s3:::b/ab$x"));
  EXPECT_TRUE(holds(R"({"StringLike":{"aws:username":"${aws:username}"}})"));
  EXPECT_TRUE(allows(
      R"({"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${aws:username}"}})",
      "s3:GetObject", "arn:aws:s3:::${aws:username}"))
      << "only version 2012-10-17 has variables";
}

TEST_F(PolicyTest, ATagThatAClientChoseIsNoMark) {
  known.held = {{"aws:username", {"\xff"}}};
  EXPECT_FALSE(allows(statement(R"("Action":"*","Resource":"arn:aws:s3:::${aws:username}")"), "s3:GetObject",
                      "arn:aws:s3:::anything"));
}

TEST_F(PolicyTest, AsksForNothingWithoutConditions) {
  EXPECT_TRUE(allows(statement(R"("Action":"*","Resource":"*")")));
  EXPECT_EQ(known.asked, 0);
}

TEST(PolicyCompile, SaysWhatIsWrong) {
  EXPECT_EQ(why(statement(R"("Action":"RunTask","Resource":"*")")),
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  EXPECT_EQ(why(statement(R"("Action":"e*:RunTask","Resource":"*")")), "Vendor e* is not valid");
  EXPECT_EQ(why(statement(R"("Action":"a:b:c","Resource":"*")")),
            "Actions/Condition can contain only one colon.");
  EXPECT_EQ(why(statement(R"("Action":"*","Resource":"bucket")")),
            R"(Resource bucket must be in ARN format or "*".)");
  EXPECT_EQ(why(on_all(R"("Condition":{"StringIs":{"aws:username":"x"}})")),
            "Invalid Condition type : StringIs.");
  EXPECT_EQ(why(on_all(R"("Condition":{"NullIfExists":{"aws:username":"true"}})")),
            "Invalid Condition type : NullIfExists.");
  EXPECT_EQ(
      why(on_all(R"("Sid":"a b")")),
      "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
      "[0-9A-Za-z]*");
  EXPECT_EQ(why(R"({"Statement":[{"Sid":"A","Effect":"Allow","Action":"*","Resource":"*"},)"
                R"({"Sid":"A","Effect":"Allow","Action":"*","Resource":"*"}]})"),
            "Statement IDs (SID) in a single policy must be unique.");
  for (const char* more :
       {R"("Actions":"*")", R"("NotAction":"*")", R"("Condition":[])", R"("Condition":{"Bool":[]})",
        R"("Condition":{"Bool":{"aws:x":{}}})", R"("Condition":{"Bool":{"aws:x":[{}]}})"})
    EXPECT_EQ(why(on_all(more)), "Syntax errors in policy.") << more;
  EXPECT_TRUE(why(on_all(R"("Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/33"}})"))
                  .starts_with("Syntax errors in policy."));
  EXPECT_EQ(
      why(R"({"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::*:root"}}})",
          Use::trust),
      R"(Invalid principal in policy: "AWS":"arn:aws:iam::*:root")");
}

TEST(PolicyCompile, HasLimits) {
  std::string deep(200, '[');
  EXPECT_NE(why(deep), "");
  std::string many = R"({"Statement":[)";
  for (int i = 0; i < 10'000; ++i)
    many += std::string(i ? "," : "") + R"({"Effect":"Allow","Action":"*","Resource":"*"})";
  EXPECT_NE(why(many + "]}"), "") << "larger than IAM takes";
  EXPECT_EQ(why(statement(R"("Action":"*","Resource":")" + std::string(5'000, '*') + "\"")), "");
}

TEST(PolicyCache, CompilesADocumentOnceAndForgetsTheOld) {
  Cache cache;
  const std::string document = statement(R"("Action":"*","Resource":"*")");
  const PolicyPtr first = cache.find(document, Use::identity);
  EXPECT_EQ(cache.find(document, Use::identity), first);
  EXPECT_EQ(cache.compiled(), 1u);
  EXPECT_EQ(cache.find("{", Use::identity), nullptr);
  for (std::size_t i = 0; i < 2 * limits::policy_cache_documents + 2; ++i) {
    (void)cache.find(on_all(R"("Sid":"S)" + std::to_string(i) + "\""), Use::identity);
    if (i % 100 == 0) EXPECT_EQ(cache.find(document, Use::identity), first) << "what is used stays";
  }
  const std::size_t before = cache.compiled();
  (void)cache.find(on_all(R"("Sid":"S0")"), Use::identity);
  EXPECT_EQ(cache.compiled(), before + 1) << "what is not used goes";
}

}  // namespace
}  // namespace slipway::auth::policy
