#include "services/iam/iam_test_fixture.hpp"

namespace slipway::services::iam {
namespace {

TEST_F(IamTest, CreatesAndShowsAUser) {
  const wire::Value made =
      ok("CreateUser", R"({"UserName":"bob","Path":"/team/","Tags":[{"Key":"k","Value":"v"}]})");
  const wire::Value& user = made.get("User");
  EXPECT_EQ(user.get("UserName").string(), "bob");
  EXPECT_EQ(user.get("Arn").string(), "arn:aws:iam::000000000000:user/team/bob");
  EXPECT_TRUE(user.get("UserId").string().starts_with("AIDA"));
  EXPECT_EQ(user.get("UserId").string().size(), 21u);
  EXPECT_EQ(user.get("CreateDate").instant(), world.now);
  EXPECT_FALSE(user.find("PermissionsBoundary"));
  EXPECT_EQ(ok("GetUser", R"({"UserName":"bob"})"), made);
  EXPECT_TRUE(world.state.users.find("000000000000/aws-global/bob"));
}

TEST_F(IamTest, RefusesUsersThatCannotBe) {
  make_user("Bob");
  EXPECT_EQ(error("CreateUser", R"({"UserName":"Bob"})"),
            "EntityAlreadyExists 409: User with name Bob already exists.");
  EXPECT_EQ(error("CreateUser", R"({"UserName":"bOB"})"),
            "EntityAlreadyExists 409: User with name bOB already exists.");
  EXPECT_EQ(
      error("CreateUser", R"({"UserName":"a b"})"),
      "ValidationError 400: The specified value for userName is invalid. It must contain only alphanumeric "
      "characters and/or the following: +=,.@_-");
  EXPECT_EQ(error("CreateUser", R"({"UserName":"bob2","Path":"team"})"),
            "ValidationError 400: The specified value for path is invalid. It must begin and end with / and "
            "contain "
            "only alphanumeric characters and/or / characters.");
  EXPECT_EQ(error("CreateUser", R"({})"),
            "ValidationError 400: 1 validation error detected: Value null at 'userName' failed to satisfy "
            "constraint: Member must not be null");
  EXPECT_EQ(error("GetUser", R"({"UserName":"X"})"),
            "NoSuchEntity 404: The user with name X cannot be found.");
  EXPECT_EQ(error("DeleteUser", R"({"UserName":"X"})"),
            "NoSuchEntity 404: The user with name X cannot be found.");
}

TEST_F(IamTest, GetUserWithoutNameIsTheCaller) {
  world.apply([&](core::Turn& turn) -> Result<> {
    turn.put(turn.state.accounts, core::Account{.id = "000000000000", .created_at = Instant{1'000}});
    return {};
  });
  const wire::Value root = ok("GetUser", "{}");
  EXPECT_EQ(root.get("User", "Arn").string(), "arn:aws:iam::000000000000:root");
  EXPECT_EQ(root.get("User", "UserId").string(), "000000000000");
  EXPECT_EQ(root.get("User", "CreateDate").instant(), Instant{1'000});
  EXPECT_FALSE(root.get("User").find("UserName"));

  ok("CreateUser", R"({"UserName":"bob","Path":"/team/"})");
  call_as_user("bob");
  EXPECT_EQ(ok("GetUser", "{}").get("User", "UserName").string(), "bob");

  world.caller.kind = auth::PrincipalKind::role_session;
  EXPECT_EQ(error("GetUser", "{}"),
            "ValidationError 400: Must specify userName when calling with non-User credentials");
}

TEST_F(IamTest, ListsUsersInPages) {
  for (const char* name : {"a", "b", "c", "d", "e"})
    ok("CreateUser", std::string(R"({"Path":"/x/","UserName":")") + name + "\"}");
  make_user("z");
  std::string names, marker;
  int pages = 0;
  do {
    auto input = wire::Value::object({{"MaxItems", 2}, {"PathPrefix", "/x/"}});
    if (!marker.empty()) input.set("Marker", marker);
    const auto page = world.call(table(), "ListUsers", input);
    ASSERT_TRUE(page);
    for (const auto& user : page->get("Users").items()) names += user.get("UserName").string();
    marker = page->get("Marker").string();
    EXPECT_EQ(page->get("IsTruncated").boolean(), !marker.empty());
    ++pages;
  } while (!marker.empty());
  EXPECT_EQ(names, "abcde");
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(ok("ListUsers", "{}").get("Users").size(), 6u);
}

TEST_F(IamTest, RefusesAMarkerOfAnotherQuestion) {
  for (const char* name : {"a", "b"}) make_user(name);
  const std::string marker(ok("ListUsers", R"({"MaxItems":1})").get("Marker").string());
  ASSERT_FALSE(marker.empty());
  EXPECT_EQ(error("ListUsers", R"({"PathPrefix":"/x/","Marker":")" + marker + "\"}"),
            "ValidationError 400: Invalid Marker.");
  EXPECT_EQ(error("ListRoles", R"({"Marker":")" + marker + "\"}"), "ValidationError 400: Invalid Marker.");
}

TEST_F(IamTest, AnEmptyListIsThere) {
  EXPECT_EQ(json("ListUsers", "{}"), R"({"Users":[],"IsTruncated":false})");
}

TEST_F(IamTest, DeletesAUserWithNothingLeft) {
  make_user("bob");
  const std::string key(
      ok("CreateAccessKey", R"({"UserName":"bob"})").get("AccessKey", "AccessKeyId").string());
  EXPECT_EQ(error("DeleteUser", R"({"UserName":"bob"})"),
            "DeleteConflict 409: Cannot delete entity, must delete access keys first.");
  ok("DeleteAccessKey", R"({"UserName":"bob","AccessKeyId":")" + key + "\"}");
  ok("AttachUserPolicy", R"({"UserName":"bob","PolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"})");
  EXPECT_EQ(error("DeleteUser", R"({"UserName":"bob"})"),
            "DeleteConflict 409: Cannot delete entity, must detach all policies first.");
  ok("DetachUserPolicy", R"({"UserName":"bob","PolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"})");
  world.effects.clear();
  ok("DeleteUser", R"({"UserName":"bob"})");
  EXPECT_EQ(world.state.users.size(), 0u);
  ASSERT_EQ(world.effects.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<core::KeysChanged>(world.effects[0]));
}

}  // namespace
}  // namespace slipway::services::iam
