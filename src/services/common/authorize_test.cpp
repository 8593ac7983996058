#include "services/common/authorize.hpp"

#include <gtest/gtest.h>

#include "services/common/test_world.hpp"
#include "wire/gen/ec2.hpp"
#include "wire/gen/ecs.hpp"
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
                  std::string_view operation = "ListUsers", std::string_view resource = "*") {
    const auto allowed = ask(who, service, operation, resource);
    return allowed ? "" : allowed.error().code;
  }
  std::string words(const auth::Principal& who, std::string_view resource = "*") {
    const auto allowed = ask(who, wire::iam::service, "ListUsers", resource);
    return allowed ? "" : allowed.error().message;
  }
  Result<> ask(const auth::Principal& who, const wire::Service& service, std::string_view operation,
               std::string_view resource) {
    world.apply([&](core::Turn& turn) -> Result<> {
      turn.put(turn.state.users, user);
      turn.put(turn.state.roles, role);
      turn.put(turn.state.access_keys, key);
      for (const auto& policy : policies) turn.put(turn.state.policies, policy);
      for (const auto& group : groups) turn.put(turn.state.groups, group);
      return {};
    });
    const Asker asker{.state = world.state, .who = who, .region = "us-east-1", .now = world.now};
    return authorize(asker, world.environment, service,
                     std::string(service.signing_name) + ":" + std::string(operation), resource);
  }
  // A customer managed policy that allows (or denies) an action, and its ARN.
  std::string managed(const std::string& name, const std::string& action, const char* effect = "Allow") {
    core::iam::ManagedPolicy policy;
    policy.account = world.realm.account, policy.name = name, policy.path = "/",
    policy.default_version = "v1";
    policy.versions = {{"v1", document(action, effect), {}, {}}};
    policies.push_back(policy);
    return policy.arn();
  }
  static std::string document(const std::string& action, const char* effect = "Allow") {
    return R"({"Version":"2012-10-17","Statement":{"Effect":")" + std::string(effect) + R"(","Action":")" +
           action + R"(","Resource":"*"}})";
  }

  TestWorld world;
  core::iam::User user;
  core::iam::Role role;
  core::iam::AccessKey key;
  std::vector<core::iam::ManagedPolicy> policies;
  std::vector<core::iam::Group> groups;
  auth::Principal as_user, as_role;
};

TEST_F(AuthorizeTest, AdministratorsMayDoEverything) {
  EXPECT_EQ(why(as_user), "");
  EXPECT_EQ(why(as_role), "");
}

TEST_F(AuthorizeTest, WithoutPoliciesNothingIsAllowed) {
  user.attached_policy_arns = {};
  role.attached_policy_arns = {"arn:aws:iam::aws:policy/NotKnownHere"};
  for (const auto& who : {as_user, as_role}) {
    EXPECT_EQ(why(who), "AccessDenied");
    EXPECT_EQ(why(who, wire::ec2::service, "DescribeVpcs"), "UnauthorizedOperation");
  }
  EXPECT_EQ(words(as_user),
            "User: arn:aws:iam::000000000000:user/team/bob is not authorized to perform: iam:ListUsers on "
            "resource: * "
            "because no identity-based policy allows the iam:ListUsers action");
}

TEST_F(AuthorizeTest, PoliciesOfEveryKindCount) {
  user.attached_policy_arns = {"arn:aws:iam::aws:policy/IAMReadOnlyAccess"};
  EXPECT_EQ(why(as_user), "");
  EXPECT_EQ(why(as_user, wire::iam::service, "CreateUser"), "AccessDenied");
  user.attached_policy_arns = {managed("own", "iam:List*")};
  EXPECT_EQ(why(as_user), "");
  user.attached_policy_arns = {"arn:aws:iam::000000000000:policy/gone"};
  EXPECT_EQ(why(as_user), "AccessDenied");
  user.policies = {{"inline", document("iam:*"), {}}};
  EXPECT_EQ(why(as_user), "");
  user.policies = {};
  core::iam::Group group;
  group.account = world.realm.account, group.name = "staff", group.path = "/";
  group.policies = {{"g", document("iam:ListUsers"), {}}};
  groups = {group};
  EXPECT_EQ(why(as_user), "AccessDenied");
  user.groups = {"staff"};
  EXPECT_EQ(why(as_user), "");
  user.policies = {{"no", document("iam:*", "Deny"), {}}};
  EXPECT_EQ(words(as_user),
            "User: arn:aws:iam::000000000000:user/team/bob is not authorized to perform: iam:ListUsers on "
            "resource: * "
            "with an explicit deny in an identity-based policy");
  user.policies = {{"unreadable", "{", {}}};
  EXPECT_EQ(why(as_user), "AccessDenied") << "what it forbade is unknown";
}

TEST_F(AuthorizeTest, ABoundaryNarrowsAnAdministrator) {
  user.permissions_boundary = role.permissions_boundary = "arn:aws:iam::aws:policy/AmazonECS_FullAccess";
  EXPECT_TRUE(words(as_user).ends_with(" because no permissions boundary allows the iam:ListUsers action"));
  EXPECT_EQ(why(as_role), "AccessDenied");
  user.permissions_boundary = administrator_access;
  EXPECT_EQ(why(as_user), "");
  user.permissions_boundary = managed("narrow", "iam:ListUsers");
  EXPECT_EQ(why(as_user), "");
  EXPECT_EQ(why(as_user, wire::iam::service, "ListRoles"), "AccessDenied");
  user.permissions_boundary = "arn:aws:iam::000000000000:policy/gone";
  EXPECT_EQ(why(as_user), "AccessDenied") << "a boundary that is gone bounds everything";
}

TEST_F(AuthorizeTest, ASessionPolicyNarrowsAnAdministrator) {
  as_role.session_policy = document("ecs:*");
  EXPECT_TRUE(words(as_role).ends_with(" because no session policy allows the iam:ListUsers action"));
  as_role.session_policy_arns = "arn:aws:iam::aws:policy/IAMReadOnlyAccess\n";
  EXPECT_EQ(why(as_role), "");
  EXPECT_EQ(why(as_role, wire::iam::service, "CreateUser"), "AccessDenied");
}

TEST_F(AuthorizeTest, OnlyRootIsAbovePolicies) {
  auth::Principal root{.kind = auth::PrincipalKind::root, .account = "000000000000"};
  root.expires = world.now + 1;
  EXPECT_EQ(why(root), "");
  user.policies = {{"no", document("*", "Deny"), {}}};
  EXPECT_EQ(why(as_user), "AccessDenied") << "an administrator is not";
}

TEST_F(AuthorizeTest, ANodeDoesWhatItsAgentCalls) {
  auth::Principal node{.kind = auth::PrincipalKind::node, .account = "000000000000"};
  node.expires = world.now + 1;
  EXPECT_EQ(why(node, wire::ecs::service, "SubmitTaskStateChange"), "");
  EXPECT_EQ(why(node, wire::ecs::service, "Poll"), "");
  EXPECT_EQ(why(node, wire::ecs::service, "RunTask"), "AccessDeniedException");
  EXPECT_EQ(why(node, wire::ecs::service, "TagResource"), "AccessDeniedException");
  EXPECT_EQ(why(node), "AccessDenied");
}

TEST_F(AuthorizeTest, ConditionsKnowTheRequest) {
  auto only_if = [&](const std::string& condition) {
    user.attached_policy_arns = {};
    user.policies = {
        {"p",
         R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":)" +
             condition + "}}",
         {}}};
    return why(as_user).empty();
  };
  user.tags = {{"Team", "red"}};
  as_user.expires = world.now + 1, as_user.issued = world.now;
  EXPECT_TRUE(only_if(
      R"({"StringEquals":{"aws:username":"bob","aws:userid":"AIDABOB","aws:PrincipalTag/team":"red"}})"));
  EXPECT_TRUE(
      only_if(R"({"StringEquals":{"aws:PrincipalType":"User","aws:PrincipalAccount":"000000000000"}})"));
  EXPECT_TRUE(only_if(R"({"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::000000000000:user/team/bob"}})"));
  EXPECT_TRUE(only_if(
      R"({"StringEquals":{"aws:RequestedRegion":"us-east-1"},"Bool":{"aws:SecureTransport":"false"}})"));
  EXPECT_TRUE(only_if(
      R"({"DateGreaterThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"},"NumericGreaterThan":{"aws:EpochTime":"1"}})"));
  EXPECT_TRUE(only_if(R"({"Bool":{"aws:MultiFactorAuthPresent":"false","aws:ViaAWSService":"false"}})"));
  EXPECT_TRUE(
      only_if(R"({"Null":{"aws:SourceIp":"true","aws:TagKeys":"true","aws:PrincipalTag/floor":"true"}})"));
  EXPECT_FALSE(only_if(R"({"StringEquals":{"aws:username":"alice"}})"));
}

// What IAM's console puts on a role to end its older sessions.
TEST_F(AuthorizeTest, SessionsOlderThanAPolicySaysAreOver) {
  role.policies = {
      {"AWSRevokeOlderSessions",
       R"({"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:TokenIssueTime":")" +
           iso8601(world.now) + "\"}}}}",
       {}}};
  EXPECT_EQ(why(as_role), "");
  as_role.issued = world.now - 1;
  EXPECT_EQ(why(as_role), "AccessDenied");
}

TEST_F(AuthorizeTest, ASessionsTagsStandBeforeTheRoles) {
  role.attached_policy_arns = {};
  role.tags = {{"team", "red"}, {"floor", "3"}};
  role.policies = {
      {"p",
       R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue","aws:PrincipalTag/floor":"3","aws:PrincipalArn":"arn:aws:iam::000000000000:role/app"}}}})",
       {}}};
  EXPECT_EQ(why(as_role), "AccessDenied");
  as_role.packed_session_tags = "Team\tblue\n";
  EXPECT_EQ(why(as_role), "");
}

TEST_F(AuthorizeTest, AServiceNeedsTheRolesTrust) {
  auto may = [&](const std::string& statement) {
    role.trust_policy = R"({"Version":"2012-10-17","Statement":)" + statement + "}";
    return service_may_assume(world.state, world.environment, role, "ecs-tasks.amazonaws.com",
                              "arn:aws:ecs:us-east-1:000000000000:task/c/*", world.now);
  };
  const std::string service =
      R"({"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["ecs-tasks.amazonaws.com"]})";
  EXPECT_TRUE(may(service + "}"));
  EXPECT_FALSE(
      may(R"({"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}})"));
  EXPECT_FALSE(may(R"({"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"})"));
  EXPECT_TRUE(may(
      service +
      R"(,"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:ecs:us-east-1:000000000000:*"},"StringEquals":{"aws:SourceAccount":"000000000000"}}})"));
  EXPECT_FALSE(may(service + R"(,"Condition":{"StringEquals":{"aws:SourceAccount":"111111111111"}}})"));
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
