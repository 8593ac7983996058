#include <gtest/gtest.h>

#include "auth/policy/evaluate.hpp"

// The order in which identity policies, boundary, session and resource policies are heard.
namespace slipway::auth::policy {
namespace {

constexpr std::string_view me = "arn:aws:iam::000000000000:user/bob";
constexpr std::string_view my_session = "arn:aws:sts::000000000000:assumed-role/app/s";
constexpr std::string_view my_role = "arn:aws:iam::000000000000:role/app";

PolicyPtr allow() {
  return *compile(R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})", Use::identity);
}
PolicyPtr deny() {
  return *compile(R"({"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}})", Use::identity);
}
PolicyPtr nothing() {
  return *compile(R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})", Use::identity);
}
PolicyPtr trust(const std::string& principal, const char* effect = "Allow",
                const char* element = "Principal") {
  return *compile(R"({"Statement":{"Effect":")" + std::string(effect) + R"(","Action":"sts:AssumeRole",")" +
                      element + "\":" + principal + "}}",
                  Use::trust);
}

class DecideTest : public testing::Test {
 protected:
  Reason decide_by(Caller caller = {.account = "000000000000", .arn = me, .role_arn = {}, .service = {}}) {
    const NoContext context;
    const Policies policies{.identity = identity,
                            .boundary = boundary,
                            .session = session,
                            .has_session = !session.empty(),
                            .resource = resource.get(),
                            .resource_must_allow = must,
                            .other_account = other};
    return decide(policies, {"sts:AssumeRole", "arn:aws:iam::000000000000:role/x", context, caller});
  }
  Caller in_session() {
    return {.account = "000000000000", .arn = my_session, .role_arn = my_role, .service = {}};
  }

  std::vector<PolicyPtr> identity, boundary, session;
  PolicyPtr resource;
  bool must = false, other = false;
};

TEST_F(DecideTest, NothingAllowsNothing) {
  EXPECT_EQ(decide_by(), Reason::no_identity_policy);
  identity = {nothing()};
  EXPECT_EQ(decide_by(), Reason::no_identity_policy);
  identity = {nothing(), allow()};
  EXPECT_EQ(decide_by(), Reason::allowed);
  identity = {allow(), deny()};
  EXPECT_EQ(decide_by(), Reason::identity_policy_denies);
}

TEST_F(DecideTest, BoundaryAndSessionNarrow) {
  identity = {allow()};
  boundary = {nothing()};
  EXPECT_EQ(decide_by(), Reason::no_boundary);
  boundary = {deny()};
  EXPECT_EQ(decide_by(), Reason::boundary_denies);
  boundary = {allow()};
  session = {nothing()};
  EXPECT_EQ(decide_by(), Reason::no_session_policy);
  session = {nothing(), allow()};
  EXPECT_EQ(decide_by(), Reason::allowed);
  identity.clear();
  EXPECT_EQ(decide_by(), Reason::no_identity_policy) << "they allow nothing by themselves";
}

TEST_F(DecideTest, AnUnreadablePolicyDenies) {
  identity = {allow(), nullptr};
  EXPECT_EQ(decide_by(), Reason::identity_policy_denies);
}

TEST_F(DecideTest, ATrustPolicyMustLetIn) {
  must = true;
  identity = {allow()};
  EXPECT_EQ(decide_by(), Reason::no_resource_policy);
  resource = trust(R"({"AWS":"000000000000"})");
  EXPECT_EQ(decide_by(), Reason::allowed);
  identity.clear();
  EXPECT_EQ(decide_by(), Reason::no_identity_policy) << "an account's leave is its policies' to give on";
  resource = trust(R"({"AWS":")" + std::string(me) + "\"}");
  EXPECT_EQ(decide_by(), Reason::allowed) << "a user's own leave stands by itself";
  boundary = {nothing()};
  EXPECT_EQ(decide_by(), Reason::allowed);
  resource = trust(R"({"AWS":"*"})", "Deny");
  EXPECT_EQ(decide_by(), Reason::resource_policy_denies);
  resource = trust(R"({"Service":"ecs-tasks.amazonaws.com"})");
  EXPECT_EQ(decide_by(), Reason::no_resource_policy);
  EXPECT_EQ(decide_by({.account = {}, .arn = {}, .role_arn = {}, .service = "ecs-tasks.amazonaws.com"}),
            Reason::allowed);
}

TEST_F(DecideTest, AGrantToARoleIsNarrowed) {
  must = true;
  resource = trust(R"({"AWS":")" + std::string(my_role) + "\"}");
  EXPECT_EQ(decide_by(in_session()), Reason::allowed);
  session = {nothing()};
  EXPECT_EQ(decide_by(in_session()), Reason::no_session_policy);
  boundary = {nothing()};
  EXPECT_EQ(decide_by(in_session()), Reason::no_boundary);
  resource = trust(R"({"AWS":")" + std::string(my_session) + "\"}");
  EXPECT_EQ(decide_by(in_session()), Reason::allowed);
}

TEST_F(DecideTest, AnotherAccountNeedsBothSides) {
  other = true;
  identity = {allow()};
  EXPECT_EQ(decide_by(), Reason::no_resource_policy);
  resource = trust(R"({"AWS":")" + std::string(me) + "\"}");
  EXPECT_EQ(decide_by(), Reason::allowed);
  identity.clear();
  EXPECT_EQ(decide_by(), Reason::no_identity_policy);
}

TEST_F(DecideTest, NotPrincipal) {
  must = true;
  identity = {allow()};
  resource = trust(R"({"AWS":")" + std::string(me) + "\"}", "Deny", "NotPrincipal");
  EXPECT_EQ(decide_by(), Reason::no_resource_policy);
  EXPECT_EQ(decide_by(in_session()), Reason::resource_policy_denies);
}

}  // namespace
}  // namespace slipway::auth::policy
