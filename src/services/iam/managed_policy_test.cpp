#include "base/encoding.hpp"
#include "services/iam/iam_test_fixture.hpp"

namespace slipway::services::iam {
namespace {

constexpr const char* arn = "arn:aws:iam::000000000000:policy/team/p";

class ManagedPolicyTest : public IamTest {
 protected:
  static std::string document(const std::string& action) {
    return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":")" + action +
           R"(","Resource":"*"}]})";
  }
  void make(const std::string& name = "p", const std::string& action = "s3:*") {
    auto input =
        wire::Value::object({{"PolicyName", name}, {"Path", "/team/"}, {"PolicyDocument", document(action)}});
    ASSERT_TRUE(world.call(table(), "CreatePolicy", input));
  }
  std::string put(const std::string& operation, const std::string& text) {
    auto input = wire::Value::object({{"PolicyArn", arn}, {"PolicyName", "q"}, {"PolicyDocument", text}});
    auto output = world.call(table(), operation, input);
    return output ? "" : output.error().code + ": " + output.error().message;
  }
  static std::string of(const std::string& more = "") {
    return R"({"PolicyArn":")" + std::string(arn) + "\"" + more + "}";
  }
};

TEST_F(ManagedPolicyTest, ALife) {
  make();
  const wire::Value made = ok("GetPolicy", of()).get("Policy");
  EXPECT_EQ(made.get("Arn").string(), arn);
  EXPECT_TRUE(made.get("PolicyId").string().starts_with("ANPA"));
  EXPECT_EQ(made.get("AttachmentCount").integer(), 0);
  EXPECT_EQ(ok("GetPolicyVersion", of(R"(,"VersionId":"v1")")).get("PolicyVersion", "Document").string(),
            percent_encode(document("s3:*")));
  make_user("bob");
  ok("AttachUserPolicy", R"({"UserName":"bob","PolicyArn":")" + std::string(arn) + "\"}");
  EXPECT_EQ(ok("GetPolicy", of()).get("Policy", "AttachmentCount").integer(), 1);
  EXPECT_EQ(ok("ListEntitiesForPolicy", of()).get("PolicyUsers").at(0).get("UserName").string(), "bob");
  EXPECT_EQ(error("DeletePolicy", of()), "DeleteConflict 409: Cannot delete a policy attached to entities.");
  ok("DetachUserPolicy", R"({"UserName":"bob","PolicyArn":")" + std::string(arn) + "\"}");
  ok("PutUserPermissionsBoundary", R"({"UserName":"bob","PermissionsBoundary":")" + std::string(arn) + "\"}");
  EXPECT_EQ(ok("GetUser", R"({"UserName":"bob"})")
                .get("User", "PermissionsBoundary")
                .get("PermissionsBoundaryArn")
                .string(),
            arn);
  EXPECT_EQ(error("DeletePolicy", of()), "DeleteConflict 409: Cannot delete a policy attached to entities.");
  ok("DeleteUserPermissionsBoundary", R"({"UserName":"bob"})");
  EXPECT_EQ(error("DeleteUserPermissionsBoundary", R"({"UserName":"bob"})"),
            "NoSuchEntity 404: User bob does not have a permission boundary.");
  ok("DeletePolicy", of());
  EXPECT_EQ(error("GetPolicy", of()), "NoSuchEntity 404: Policy " + std::string(arn) + " was not found.");
}

TEST_F(ManagedPolicyTest, Versions) {
  make();
  for (int i = 2; i <= 5; ++i) EXPECT_EQ(put("CreatePolicyVersion", document("s3:Get*")), "");
  EXPECT_TRUE(put("CreatePolicyVersion", document("*"))
                  .starts_with("LimitExceeded: A managed policy can have up to 5 versions."));
  ok("SetDefaultPolicyVersion", of(R"(,"VersionId":"v3")"));
  EXPECT_EQ(error("DeletePolicyVersion", of(R"(,"VersionId":"v3")")),
            "DeleteConflict 409: Cannot delete the default version of a policy.");
  ok("DeletePolicyVersion", of(R"(,"VersionId":"v1")"));
  EXPECT_EQ(put("CreatePolicyVersion", document("*")), "");
  const wire::Value versions = ok("ListPolicyVersions", of()).get("Versions");
  ASSERT_EQ(versions.size(), 5u);
  EXPECT_EQ(versions.at(0).get("VersionId").string(), "v6") << "a number is not given twice";
  EXPECT_TRUE(versions.at(3).get("IsDefaultVersion").boolean());
  EXPECT_TRUE(
      error("DeletePolicy", of()).starts_with("DeleteConflict 409: This policy has more than one version."));
  EXPECT_EQ(
      error("GetPolicyVersion", of(R"(,"VersionId":"v1")")),
      "NoSuchEntity 404: Policy " + std::string(arn) + " version v1 does not exist or is not attachable.");
}

TEST_F(ManagedPolicyTest, HasLimits) {
  make();
  EXPECT_EQ(put("CreatePolicy", document(std::string(6'144, 'a') + ":*")),
            "LimitExceeded: Cannot exceed quota for PolicySize: 6144");
  EXPECT_EQ(put("CreatePolicy", "{"), "MalformedPolicyDocument: Syntax errors in policy.");
  EXPECT_EQ(
      put("CreatePolicy", document("s3")),
      "MalformedPolicyDocument: Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  EXPECT_TRUE(put("CreatePolicy", document("*") + std::string(130'000, ' ')) == "")
      << "white space does not count";
  EXPECT_TRUE(put("CreatePolicy", document("*") + std::string(132'000, ' ')).starts_with("ValidationError"));
  auto again = wire::Value::object({{"PolicyName", "P"}, {"PolicyDocument", document("*")}});
  const auto output = world.call(table(), "CreatePolicy", again);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().message, "A policy called P already exists. Duplicate names are not allowed.");
}

TEST_F(ManagedPolicyTest, AwsPoliciesAreThereAndCannotBeChanged) {
  const std::string administrator = R"({"PolicyArn":"arn:aws:iam::aws:policy/AdministratorAccess")";
  EXPECT_EQ(ok("GetPolicy", administrator + "}").get("Policy", "DefaultVersionId").string(), "v1");
  EXPECT_FALSE(ok("GetPolicyVersion", administrator + R"(,"VersionId":"v1"})")
                   .get("PolicyVersion", "Document")
                   .string()
                   .empty());
  EXPECT_TRUE(error("DeletePolicy", administrator + "}").starts_with("AccessDenied 403"));
  EXPECT_TRUE(error("GetPolicy", R"({"PolicyArn":"arn:aws:iam::aws:policy/NotKnownHere"})")
                  .starts_with("NoSuchEntity"));
}

TEST_F(ManagedPolicyTest, Lists) {
  make("a"), make("b");
  EXPECT_EQ(ok("ListPolicies", R"({"Scope":"Local"})").get("Policies").size(), 2u);
  const wire::Value first = ok("ListPolicies", R"({"Scope":"Local","MaxItems":1})");
  EXPECT_TRUE(first.get("IsTruncated").boolean());
  const wire::Value second = ok("ListPolicies", R"({"Scope":"Local","MaxItems":1,"Marker":")" +
                                                    std::string(first.get("Marker").string()) + "\"}");
  EXPECT_EQ(second.get("Policies").at(0).get("PolicyName").string(), "b");
  EXPECT_FALSE(second.get("IsTruncated").boolean());
  EXPECT_GT(ok("ListPolicies", R"({"Scope":"AWS"})").get("Policies").size(), 10u);
  EXPECT_EQ(ok("ListPolicies", R"({"OnlyAttached":true})").get("Policies").size(), 0u);
  std::size_t all = 0;
  std::string marker;
  do {
    const wire::Value page = ok(
        "ListPolicies", R"({"MaxItems":7)" + (marker.empty() ? "" : ",\"Marker\":\"" + marker + "\"") + "}");
    all += page.get("Policies").size();
    marker = page.get("Marker").string();
  } while (!marker.empty());
  EXPECT_EQ(all, ok("ListPolicies", "{}").get("Policies").size());
}

TEST_F(ManagedPolicyTest, Tags) {
  make();
  ok("TagPolicy", of(R"(,"Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":""}])"));
  ok("UntagPolicy", of(R"(,"TagKeys":["a"])"));
  EXPECT_EQ(json("ListPolicyTags", of()), R"({"IsTruncated":false,"Tags":[{"Key":"b","Value":""}]})");
}

}  // namespace
}  // namespace slipway::services::iam
