#include "services/iam/iam_test_fixture.hpp"

// Managed policies and tags, which users and roles have alike.
namespace slipway::services::iam {
namespace {

class AttachmentTest : public IamTest, public testing::WithParamInterface<const char*> {
 protected:
  AttachmentTest() { kind == "User" ? make_user("x") : make_role("x"); }

  std::string of(const std::string& more = "") const { return "{\"" + kind + "Name\":\"x\"" + more + "}"; }
  std::string policy(const std::string& arn) const { return of(",\"PolicyArn\":\"" + arn + "\""); }
  std::string attach(const std::string& arn) { return error("Attach" + kind + "Policy", policy(arn)); }
  std::string list_attached() const { return "ListAttached" + kind + "Policies"; }

  const std::string kind = GetParam();  // in the names of operations and members
};
INSTANTIATE_TEST_SUITE_P(Kinds, AttachmentTest, testing::Values("User", "Role"),
                         [](const auto& info) { return std::string(info.param); });

TEST_P(AttachmentTest, AttachesAndDetachesAwsPolicies) {
  EXPECT_EQ(attach("arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"), "no error");
  EXPECT_EQ(attach("arn:aws:iam::aws:policy/AdministratorAccess"), "no error");
  EXPECT_EQ(attach("arn:aws:iam::aws:policy/AdministratorAccess"), "no error");
  EXPECT_EQ(
      json(list_attached(), of()),
      R"({"AttachedPolicies":[{"PolicyName":"AdministratorAccess","PolicyArn":"arn:aws:iam::aws:policy/AdministratorAccess"},)"
      R"({"PolicyName":"AmazonECSTaskExecutionRolePolicy","PolicyArn":"arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"}],"IsTruncated":false})");
  EXPECT_EQ(ok(list_attached(), of(R"(,"PathPrefix":"/service-role/")")).get("AttachedPolicies").size(), 1u);
  const wire::Value first = ok(list_attached(), of(R"(,"MaxItems":1)"));
  EXPECT_TRUE(first.get("IsTruncated").boolean());
  EXPECT_EQ(ok(list_attached(), of(R"(,"Marker":")" + std::string(first.get("Marker").string()) + "\""))
                .get("AttachedPolicies")
                .size(),
            1u);

  ok("Detach" + kind + "Policy", policy("arn:aws:iam::aws:policy/AdministratorAccess"));
  EXPECT_EQ(error("Detach" + kind + "Policy", policy("arn:aws:iam::aws:policy/AdministratorAccess")),
            "NoSuchEntity 404: Policy arn:aws:iam::aws:policy/AdministratorAccess was not found.");
}

TEST_P(AttachmentTest, RefusesPoliciesThatAreNotThere) {
  EXPECT_EQ(
      attach("arn:aws:iam::000000000000:policy/mine"),
      "NoSuchEntity 404: Policy arn:aws:iam::000000000000:policy/mine does not exist or is not attachable.");
  EXPECT_EQ(attach("arn:aws:iam::aws:role/Administrator"),
            "InvalidInput 400: ARN arn:aws:iam::aws:role/Administrator is not valid.");
  EXPECT_EQ(attach("AdministratorAccess-and-more"),
            "InvalidInput 400: ARN AdministratorAccess-and-more is not valid.");
  EXPECT_EQ(attach("arn:aws:iam::aws:policy/"),
            "InvalidInput 400: ARN arn:aws:iam::aws:policy/ is not valid.");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(attach("arn:aws:iam::aws:policy/P" + std::to_string(i)), "no error");
  EXPECT_EQ(attach("arn:aws:iam::aws:policy/P10"),
            "LimitExceeded 409: Cannot exceed quota for PoliciesPer" + kind + ": 10");
}

TEST_P(AttachmentTest, TagsAndUntags) {
  ok("Tag" + kind, of(R"(,"Tags":[{"Key":"b","Value":"1"},{"Key":"a","Value":""}])"));
  ok("Tag" + kind, of(R"(,"Tags":[{"Key":"B","Value":"2"}])"));
  EXPECT_EQ(json("List" + kind + "Tags", of()),
            R"({"Tags":[{"Key":"B","Value":"2"},{"Key":"a","Value":""}],"IsTruncated":false})");
  EXPECT_EQ(ok("Get" + kind, of()).get(kind, "Tags").size(), 2u);
  const wire::Value first = ok("List" + kind + "Tags", of(R"(,"MaxItems":1)"));
  EXPECT_EQ(
      ok("List" + kind + "Tags", of(R"(,"Marker":")" + std::string(first.get("Marker").string()) + "\""))
          .get("Tags")
          .at(0)
          .get("Key")
          .string(),
      "a");
  ok("Untag" + kind, of(R"(,"TagKeys":["b","none"])"));
  EXPECT_EQ(ok("List" + kind + "Tags", of()).get("Tags").size(), 1u);
}

TEST_P(AttachmentTest, RefusesTags) {
  EXPECT_EQ(error("Tag" + kind, of(R"(,"Tags":[{"Key":"a","Value":"1"},{"Key":"A","Value":"2"}])")),
            "InvalidInput 400: Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  EXPECT_TRUE(
      error("Tag" + kind, of(R"(,"Tags":[{"Key":"aws:x","Value":"1"}])")).starts_with("InvalidInput 400:"));
  for (int from = 0; from < 50; from += 25) {
    std::string tags;
    for (int i = from; i < from + 25; ++i)
      tags +=
          (tags.empty() ? "" : ",") + std::string(R"({"Key":"k)") + std::to_string(i) + R"(","Value":"v"})";
    ok("Tag" + kind, of(",\"Tags\":[" + tags + "]"));
  }
  EXPECT_EQ(error("Tag" + kind, of(R"(,"Tags":[{"Key":"one-more","Value":"v"}])")),
            "LimitExceeded 409: The number of tags has reached the maximum limit.");
}

}  // namespace
}  // namespace slipway::services::iam
