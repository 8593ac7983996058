#include "base/limits.hpp"
#include "services/iam/iam_test_fixture.hpp"

// Groups, who is in them, and instance profiles.
namespace slipway::services::iam {
namespace {

TEST_F(IamTest, AGroupsLife) {
  ok("CreateGroup", R"({"GroupName":"staff","Path":"/x/"})");
  EXPECT_EQ(error("CreateGroup", R"({"GroupName":"Staff"})"),
            "EntityAlreadyExists 409: Group with name Staff already exists.");
  make_user("bob"), make_user("ann");
  ok("AddUserToGroup", R"({"GroupName":"staff","UserName":"bob"})");
  ok("AddUserToGroup", R"({"GroupName":"staff","UserName":"bob"})");
  ok("AddUserToGroup", R"({"GroupName":"staff","UserName":"ann"})");
  const wire::Value group = ok("GetGroup", R"({"GroupName":"staff"})");
  EXPECT_EQ(group.get("Group", "Arn").string(), "arn:aws:iam::000000000000:group/x/staff");
  ASSERT_EQ(group.get("Users").size(), 2u);
  EXPECT_EQ(group.get("Users").at(0).get("UserName").string(), "ann");
  EXPECT_EQ(ok("ListGroupsForUser", R"({"UserName":"bob"})").get("Groups").at(0).get("GroupName").string(),
            "staff");
  EXPECT_EQ(ok("ListGroups", "{}").get("Groups").size(), 1u);
  EXPECT_EQ(error("DeleteUser", R"({"UserName":"bob"})"),
            "DeleteConflict 409: Cannot delete entity, must remove users from group first.");
  EXPECT_EQ(error("DeleteGroup", R"({"GroupName":"staff"})"),
            "DeleteConflict 409: Cannot delete entity, must remove users from group first.");
  for (const char* name : {"bob", "ann"})
    ok("RemoveUserFromGroup", R"({"GroupName":"staff","UserName":")" + std::string(name) + "\"}");
  EXPECT_TRUE(
      error("RemoveUserFromGroup", R"({"GroupName":"staff","UserName":"bob"})").starts_with("NoSuchEntity"));
  ok("DeleteGroup", R"({"GroupName":"staff"})");
  EXPECT_EQ(error("GetGroup", R"({"GroupName":"staff"})"),
            "NoSuchEntity 404: The group with name staff cannot be found.");
}

TEST_F(IamTest, AUserIsInTenGroupsAtMost) {
  make_user("bob");
  for (std::size_t i = 0; i <= limits::groups_per_user; ++i) {
    const std::string name = "g" + std::to_string(i);
    ok("CreateGroup", R"({"GroupName":")" + name + "\"}");
    const std::string added = error("AddUserToGroup", R"({"UserName":"bob","GroupName":")" + name + "\"}");
    EXPECT_EQ(added, i < limits::groups_per_user
                         ? "no error"
                         : "LimitExceeded 409: Cannot exceed quota for GroupsPerUser: 10");
  }
}

TEST_F(IamTest, InlinePoliciesOfUsersAndGroups) {
  make_user("x");
  ok("CreateGroup", R"({"GroupName":"x"})");
  for (const std::string kind : {"User", "Group"}) {
    auto put = [&](const std::string& document) {
      auto input =
          wire::Value::object({{kind + "Name", "x"}, {"PolicyName", "p"}, {"PolicyDocument", document}});
      auto output = world.call(table(), "Put" + kind + "Policy", input);
      return output ? "" : output.error().message;
    };
    const std::string of = "{\"" + kind + R"(Name":"x","PolicyName":"p"})";
    EXPECT_EQ(put(R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})"), "");
    EXPECT_EQ(put("{"), "Syntax errors in policy.");
    const std::size_t limit = kind == "User" ? limits::user_policies_bytes : limits::group_policies_bytes;
    EXPECT_TRUE(put(R"({"Statement":{"Effect":"Allow","Action":"s3:)" + std::string(limit, 'a') +
                    R"(","Resource":"*"}})")
                    .starts_with("Maximum policy size of " + std::to_string(limit) + " bytes exceeded for "));
    EXPECT_EQ(ok("List" + kind + "Policies", "{\"" + kind + R"(Name":"x"})").get("PolicyNames").size(), 1u);
    EXPECT_FALSE(ok("Get" + kind + "Policy", of).get("PolicyDocument").string().empty());
    EXPECT_EQ(error("Delete" + kind, "{\"" + kind + R"(Name":"x"})"),
              "DeleteConflict 409: Cannot delete entity, must delete policies first.");
    ok("Delete" + kind + "Policy", of);
    EXPECT_TRUE(error("Get" + kind + "Policy", of).starts_with("NoSuchEntity 404: The "));
  }
}

TEST_F(IamTest, AnInstanceProfilesLife) {
  make_role("worker");
  ok("CreateInstanceProfile", R"({"InstanceProfileName":"p"})");
  ok("AddRoleToInstanceProfile", R"({"InstanceProfileName":"p","RoleName":"worker"})");
  EXPECT_TRUE(error("AddRoleToInstanceProfile", R"({"InstanceProfileName":"p","RoleName":"worker"})")
                  .starts_with("LimitExceeded"));
  EXPECT_EQ(ok("GetInstanceProfile", R"({"InstanceProfileName":"p"})")
                .get("InstanceProfile", "Roles")
                .at(0)
                .get("RoleName")
                .string(),
            "worker");
  EXPECT_EQ(ok("ListInstanceProfilesForRole", R"({"RoleName":"worker"})").get("InstanceProfiles").size(), 1u);
  EXPECT_EQ(ok("ListInstanceProfiles", "{}").get("InstanceProfiles").size(), 1u);
  EXPECT_TRUE(error("DeleteRole", R"({"RoleName":"worker"})").starts_with("DeleteConflict"));
  EXPECT_TRUE(error("DeleteInstanceProfile", R"({"InstanceProfileName":"p"})").starts_with("DeleteConflict"));
  ok("RemoveRoleFromInstanceProfile", R"({"InstanceProfileName":"p","RoleName":"worker"})");
  ok("DeleteInstanceProfile", R"({"InstanceProfileName":"p"})");
  ok("DeleteRole", R"({"RoleName":"worker"})");
}

}  // namespace
}  // namespace slipway::services::iam
