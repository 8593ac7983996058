#include "services/common/authorize.hpp"

#include <gtest/gtest.h>

#include "services/common/test_world.hpp"
#include "wire/gen/ec2.hpp"
#include "wire/gen/iam.hpp"
#include "wire/gen/sts.hpp"

namespace slipway::services {
namespace {

constexpr const char* administrator_access = "arn:aws:iam::aws:policy/AdministratorAccess";

class AuthorizeTest : public testing::Test {
 protected:
  AuthorizeTest() {
    user.account = world.realm.account, user.name = "bob", user.id = "AIDABOB", user.path = "/team/";
    user.attached_policy_arns = {administrator_access};
    role.account = world.realm.account, role.name = "app", role.id = "AROAAPP", role.path = "/";
    role.attached_policy_arns = {administrator_access};
    key.account = world.realm.account, key.id = "AKIABOB", key.user_name = "bob", key.active = true;
    as_user = {
        .kind = auth::PrincipalKind::user, .account = user.account, .arn = user.arn(), .user_id = user.id};
    as_user.access_key_id = key.id;
    as_role = {.kind = auth::PrincipalKind::role_session, .account = role.account, .user_id = "AROAAPP:s"};
    as_role.arn = "arn:aws:sts::000000000000:assumed-role/app/s";
    as_role.issued = world.now, as_role.expires = world.now + 1, as_role.role_arn = role.arn();
    as_role.role_id = role.id;
  }

  std::string why(const auth::Principal& who, const wire::Service& service = wire::iam::service,
                  std::string_view operation = "ListUsers") {
    world.apply([&](core::Turn& turn) -> Result<> {
      turn.put(turn.state.users, user);
      turn.put(turn.state.roles, role);
      turn.put(turn.state.access_keys, key);
      return {};
    });
    const auto allowed = authorize(world.state, who, service, operation);
    return allowed ? "" : allowed.error().code;
  }

  TestWorld world;
  core::iam::User user;
  core::iam::Role role;
  core::iam::AccessKey key;
  auth::Principal as_user, as_role;
};

TEST_F(AuthorizeTest, AdministratorsMayDoEverything) {
  EXPECT_EQ(why(as_user), "");
  EXPECT_EQ(why(as_role), "");
}

TEST_F(AuthorizeTest, OthersMayAskWhoTheyAre) {
  user.attached_policy_arns = {"arn:aws:iam::aws:policy/ReadOnlyAccess"};
  role.attached_policy_arns = {};
  for (const auto& who : {as_user, as_role}) {
    EXPECT_EQ(why(who), "AccessDenied");
    EXPECT_EQ(why(who, wire::ec2::service, "DescribeVpcs"), "UnauthorizedOperation");
    EXPECT_EQ(why(who, wire::sts::service, "GetCallerIdentity"), "");
  }
}

TEST_F(AuthorizeTest, ABoundaryNarrowsAnAdministrator) {
  user.permissions_boundary = role.permissions_boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  EXPECT_EQ(why(as_user), "AccessDenied");
  EXPECT_EQ(why(as_role), "AccessDenied");
  user.permissions_boundary = administrator_access;
  EXPECT_EQ(why(as_user), "");
}

TEST_F(AuthorizeTest, ASessionPolicyNarrowsAnAdministrator) {
  as_role.session_policy = R"({"Version":"2012-10-17","Statement":[]})";
  EXPECT_EQ(why(as_role), "AccessDenied");
}

TEST_F(AuthorizeTest, KeysAndSessionsEnd) {
  key.active = false;
  EXPECT_EQ(why(as_user), "InvalidClientTokenId");
  role.sessions_revoked_before = world.now + 1;
  EXPECT_EQ(why(as_role), "ExpiredToken");
  role.sessions_revoked_before = {};
  role.id = "AROAANOTHER";
  EXPECT_EQ(why(as_role), "ExpiredToken");
  key.active = true;
  user.id = "AIDAANOTHER";
  EXPECT_EQ(why(as_user), "InvalidClientTokenId");
}

}  // namespace
}  // namespace slipway::services
