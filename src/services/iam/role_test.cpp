#include "base/encoding.hpp"
#include "services/iam/iam_test_fixture.hpp"

namespace slipway::services::iam {
namespace {

TEST_F(IamTest, CreatesAndShowsARole) {
  auto input = wire::Value::object({{"RoleName", "app"},
                                    {"Path", "/service/"},
                                    {"AssumeRolePolicyDocument", trust},
                                    {"Description", "of the app"},
                                    {"MaxSessionDuration", 7'200},
                                    {"PermissionsBoundary", "arn:aws:iam::aws:policy/PowerUserAccess"}});
  const auto made = world.call(table(), "CreateRole", input);
  ASSERT_TRUE(made);
  const wire::Value& role = made->get("Role");
  EXPECT_EQ(role.get("Arn").string(), "arn:aws:iam::000000000000:role/service/app");
  EXPECT_TRUE(role.get("RoleId").string().starts_with("AROA"));
  EXPECT_EQ(role.get("MaxSessionDuration").integer(), 7'200);
  EXPECT_EQ(role.get("PermissionsBoundary", "PermissionsBoundaryArn").string(),
            "arn:aws:iam::aws:policy/PowerUserAccess");
  EXPECT_FALSE(role.find("Tags"));
  const std::string_view document = role.get("AssumeRolePolicyDocument").string();
  EXPECT_TRUE(document.starts_with("%7B%22Version%22%3A%222012-10-17%22%2C"));
  EXPECT_EQ(percent_decode(document), trust);

  const wire::Value shown = ok("GetRole", R"({"RoleName":"app"})");
  EXPECT_TRUE(shown.get("Role").find("RoleLastUsed"));
  EXPECT_EQ(shown.get("Role", "Description").string(), "of the app");
  make_role("plain");
  EXPECT_EQ(ok("GetRole", R"({"RoleName":"plain"})").get("Role", "MaxSessionDuration").integer(), 3'600);
  EXPECT_FALSE(ok("GetRole", R"({"RoleName":"plain"})").get("Role").find("Description"));
}

TEST_F(IamTest, RefusesRolesThatCannotBe) {
  make_role("app");
  auto with = [](std::string name, std::string_view document) {
    return wire::write_json(
        wire::Value::object({{"RoleName", std::move(name)}, {"AssumeRolePolicyDocument", document}}));
  };
  EXPECT_EQ(error("CreateRole", with("APP", trust)),
            "EntityAlreadyExists 409: Role with name APP already exists.");
  EXPECT_EQ(error("CreateRole", with("b", "{")),
            "MalformedPolicyDocument 400: This policy contains invalid Json");
  std::string large(trust);
  large.insert(large.size() - 1, R"(,"Id":")" + std::string(2'048, 'x') + "\"");
  EXPECT_EQ(error("CreateRole", with("b", large)),
            "LimitExceeded 409: Cannot exceed quota for ACLSizePerRole: 2048");
  EXPECT_EQ(error("GetRole", R"({"RoleName":"X"})"),
            "NoSuchEntity 404: The role with name X cannot be found.");
  EXPECT_EQ(world.state.roles.size(), 1u);
}

TEST_F(IamTest, ChangesTheTrustPolicy) {
  make_role("app");
  std::string other(trust);
  other.replace(other.find("ecs-tasks"), 9, "lambda");
  auto input = wire::Value::object({{"RoleName", "app"}, {"PolicyDocument", other}});
  ASSERT_TRUE(world.call(table(), "UpdateAssumeRolePolicy", input));
  EXPECT_EQ(ok("GetRole", R"({"RoleName":"app"})").get("Role", "AssumeRolePolicyDocument").string(),
            percent_encode(other));
  EXPECT_EQ(error("UpdateAssumeRolePolicy", R"({"RoleName":"app","PolicyDocument":"x"})"),
            "MalformedPolicyDocument 400: This policy contains invalid Json");
}

TEST_F(IamTest, ListsAndDeletesRoles) {
  for (const char* name : {"a", "b", "c"}) make_role(name);
  const wire::Value first = ok("ListRoles", R"({"MaxItems":2})");
  EXPECT_EQ(first.get("Roles").size(), 2u);
  EXPECT_FALSE(first.get("Roles").at(0).find("RoleLastUsed"));
  const wire::Value rest =
      ok("ListRoles", R"({"Marker":")" + std::string(first.get("Marker").string()) + "\"}");
  ASSERT_EQ(rest.get("Roles").size(), 1u);
  EXPECT_EQ(rest.get("Roles").at(0).get("RoleName").string(), "c");

  ok("AttachRolePolicy", R"({"RoleName":"a","PolicyArn":"arn:aws:iam::aws:policy/X"})");
  EXPECT_EQ(error("DeleteRole", R"({"RoleName":"a"})"),
            "DeleteConflict 409: Cannot delete entity, must detach all policies first.");
  ok("DeleteRole", R"({"RoleName":"b"})");
  EXPECT_EQ(world.state.roles.size(), 2u);
}

TEST_F(IamTest, KeepsInlinePolicies) {
  make_role("app");
  const std::string document = R"({"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]})";
  auto put = [&](std::string_view name, std::string_view text) {
    return wire::write_json(
        wire::Value::object({{"RoleName", "app"}, {"PolicyName", name}, {"PolicyDocument", text}}));
  };
  ok("PutRolePolicy", put("write", document));
  ok("PutRolePolicy", put("read", document));
  ok("PutRolePolicy", put("read", document));
  EXPECT_EQ(json("ListRolePolicies", R"({"RoleName":"app"})"),
            R"({"PolicyNames":["read","write"],"IsTruncated":false})");
  const wire::Value first = ok("ListRolePolicies", R"({"RoleName":"app","MaxItems":1})");
  EXPECT_TRUE(first.get("IsTruncated").boolean());
  EXPECT_EQ(ok("ListRolePolicies",
               R"({"RoleName":"app","Marker":")" + std::string(first.get("Marker").string()) + "\"}")
                .get("PolicyNames")
                .at(0)
                .string(),
            "write");
  const wire::Value shown = ok("GetRolePolicy", R"({"RoleName":"app","PolicyName":"read"})");
  EXPECT_EQ(shown.get("PolicyDocument").string(), percent_encode(document));
  EXPECT_EQ(shown.get("RoleName").string(), "app");
  EXPECT_EQ(error("DeleteRole", R"({"RoleName":"app"})"),
            "DeleteConflict 409: Cannot delete entity, must delete policies first.");

  EXPECT_EQ(error("PutRolePolicy", put("bad", "x")), "MalformedPolicyDocument 400: Syntax errors in policy.");
  EXPECT_TRUE(error("PutRolePolicy", put("b d", document))
                  .starts_with("ValidationError 400: The specified value for policyName"));
  std::string large = document;
  large.insert(1, R"("Id":")" + std::string(10'240, 'x') + "\",");
  EXPECT_EQ(error("PutRolePolicy", put("large", large)),
            "LimitExceeded 409: Maximum policy size of 10240 bytes exceeded for role app");
  EXPECT_EQ(error("GetRolePolicy", R"({"RoleName":"app","PolicyName":"none"})"),
            "NoSuchEntity 404: The role policy with name none cannot be found.");
  ok("DeleteRolePolicy", R"({"RoleName":"app","PolicyName":"read"})");
  ok("DeleteRolePolicy", R"({"RoleName":"app","PolicyName":"write"})");
  EXPECT_EQ(error("DeleteRolePolicy", R"({"RoleName":"app","PolicyName":"write"})"),
            "NoSuchEntity 404: The role policy with name write cannot be found.");
  ok("DeleteRole", R"({"RoleName":"app"})");
}

}  // namespace
}  // namespace slipway::services::iam
