#include <gtest/gtest.h>

#include "services/common/authorize.hpp"
#include "services/common/test_world.hpp"
#include "services/sts/table.hpp"
#include "wire/gen/sts.hpp"

namespace slipway::services::sts {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;

class StsTest : public testing::Test {
 protected:
  StsTest() {
    world.now = Instant{world.now.ms + 345};  // a fraction of a second
    core::iam::User bob;
    bob.account = "000000000000", bob.name = "bob", bob.id = "AIDABOB", bob.path = "/";
    core::iam::Role app;
    app.account = "000000000000", app.name = "app", app.id = "AROAAPP", app.path = "/svc/",
    app.max_session_s = 7'200;
    app.attached_policy_arns = {"arn:aws:iam::aws:policy/AdministratorAccess"};
    world.caller = {
        .kind = auth::PrincipalKind::user, .account = bob.account, .arn = bob.arn(), .user_id = bob.id};
    world.apply([&](core::Turn& turn) -> Result<> {
      turn.put(turn.state.users, bob);
      turn.put(turn.state.roles, app);
      return {};
    });
    changes = world.changes;
  }

  wire::Value ok(std::string_view operation, std::string_view input) {
    auto output = world.call(table(), operation, input);
    EXPECT_TRUE(output) << (output ? "" : output.error().message);
    return output ? *output : wire::Value::object();
  }
  std::string error(std::string_view operation, std::string_view input) {
    auto output = world.call(table(), operation, input);
    if (output) return "no error";
    return output.error().code + " " + std::to_string(output.error().http_status) + ": " +
           output.error().message;
  }
  static std::string of(const std::string& more) {
    return R"({"RoleArn":"arn:aws:iam::000000000000:role/svc/app","RoleSessionName":"s1")" + more + "}";
  }
  auth::Session session(const wire::Value& answer) {
    auto opened =
        world.environment.sessions.open(answer.get("Credentials", "SessionToken").string(), world.now);
    EXPECT_TRUE(opened);
    return opened ? *opened : auth::Session{};
  }
  bool administrator(const auth::Principal& who) {
    const Asker asker{.state = world.state, .who = who, .region = "us-east-1", .now = world.now};
    return authorize(asker, world.environment, wire::sts::service, "iam:CreateUser", "*").has_value();
  }
  // What the caller is told before the step: "" or the refusal.
  std::string asked(const std::string& input) {
    const wire::Value value = *wire::parse_json(input);
    std::string why;
    world.apply([&](core::Turn& turn) -> Result<> {
      Call call{turn, world.environment, world.caller, world.realm, wire::sts::operations::AssumeRole, value};
      if (auto allowed = authorize(call, table()); !allowed) why = allowed.error().message;
      return {};
    });
    return why;
  }
  template <class Change>
  void change(Change&& apply) {
    world.apply([&](core::Turn& turn) -> Result<> {
      turn.modify(turn.state.roles, core::iam::Role::key_of("000000000000", "app"),
                  [&](auto& role) { apply(role); });
      return {};
    });
  }
  void allow_bob(const std::string& action) {
    world.apply([&](core::Turn& turn) -> Result<> {
      turn.modify(turn.state.users, core::iam::User::key_of("000000000000", "bob"),
                  [&](core::iam::User& bob) {
                    bob.policies = {{"p",
                                     R"({"Statement":{"Effect":"Allow","Action":")" + action +
                                         R"(","Resource":"arn:aws:iam::*:role/svc/*"}})",
                                     {}}};
                  });
      return {};
    });
  }
  static std::string trust(const std::string& principal, const std::string& more = "",
                           const char* action = "sts:*") {
    return R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":")" + std::string(action) +
           R"(","Principal":{"AWS":")" + principal + "\"}" + more + "}}";
  }

  TestWorld world;
  std::size_t changes = 0;
};

TEST_F(StsTest, TellsTheCaller) {
  EXPECT_EQ(wire::write_json(ok("GetCallerIdentity", "{}")),
            R"({"UserId":"AIDABOB","Account":"000000000000","Arn":"arn:aws:iam::000000000000:user/bob"})");
}

TEST_F(StsTest, AssumesARoleWithoutWritingARow) {
  const wire::Value answer = ok("AssumeRole", of(""));
  EXPECT_EQ(answer.get("AssumedRoleUser", "Arn").string(), "arn:aws:sts::000000000000:assumed-role/app/s1");
  EXPECT_EQ(answer.get("AssumedRoleUser", "AssumedRoleId").string(), "AROAAPP:s1");
  EXPECT_FALSE(answer.find("PackedPolicySize"));
  EXPECT_FALSE(answer.find("SourceIdentity"));
  const Instant end = answer.get("Credentials", "Expiration").instant();
  EXPECT_EQ(end.ms % 1'000, 0);
  EXPECT_EQ(end.ms, world.now.ms / 1'000 * 1'000 + hour_ms);
  EXPECT_TRUE(answer.get("Credentials", "AccessKeyId").string().starts_with("ASIA"));

  const auth::Session held = session(answer);
  EXPECT_EQ(held.secret_access_key, answer.get("Credentials", "SecretAccessKey").string());
  EXPECT_EQ(held.principal.kind, auth::PrincipalKind::role_session);
  EXPECT_EQ(held.principal.role_arn, "arn:aws:iam::000000000000:role/svc/app");
  EXPECT_EQ(held.principal.role_id, "AROAAPP");
  EXPECT_EQ(held.principal.session_name, "s1");
  EXPECT_EQ(held.principal.issued, world.now);
  EXPECT_EQ(held.principal.expires, end);
  EXPECT_TRUE(administrator(held.principal));
  EXPECT_EQ(world.changes, changes);
}

TEST_F(StsTest, ARoleSessionEndsWithItsRole) {
  const auth::Principal who = session(ok("AssumeRole", of(""))).principal;
  world.apply([&](core::Turn& turn) -> Result<> {
    turn.modify(turn.state.roles, core::iam::Role::key_of("000000000000", "app"),
                [](core::iam::Role& role) { role.id = "AROAANOTHER"; });
    return {};
  });
  EXPECT_FALSE(administrator(who));
}

TEST_F(StsTest, SessionsLastAsLongAsTheRoleAllows) {
  EXPECT_EQ(ok("AssumeRole", of(R"(,"DurationSeconds":7200)")).get("Credentials", "Expiration").instant().ms,
            world.now.ms / 1'000 * 1'000 + 2 * hour_ms);
  EXPECT_EQ(
      error("AssumeRole", of(R"(,"DurationSeconds":7201)")),
      "ValidationError 400: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  EXPECT_EQ(
      error("AssumeRole", of(R"(,"DurationSeconds":899)")),
      "ValidationError 400: 1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy "
      "constraint: Member must have value greater than or equal to 900");
  world.caller = session(ok("AssumeRole", of(""))).principal;
  ok("AssumeRole", of(R"(,"DurationSeconds":3600)"));
  EXPECT_EQ(
      error("AssumeRole", of(R"(,"DurationSeconds":3601)")),
      "ValidationError 400: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed "
      "by role chaining.");
}

TEST_F(StsTest, RefusesRolesThatMayNotBeAssumed) {
  const std::string denied =
      "AccessDenied 403: User: arn:aws:iam::000000000000:user/bob is not authorized to perform: "
      "sts:AssumeRole on "
      "resource: ";
  auto assume = [&](const std::string& arn) {
    return error("AssumeRole", R"({"RoleSessionName":"s1","RoleArn":")" + arn + "\"}");
  };
  for (const char* arn : {"arn:aws:iam::000000000000:role/none", "arn:aws:iam::000000000000:role/app",
                          "arn:aws:iam::111111111111:role/svc/app"})
    EXPECT_EQ(assume(arn), denied + arn);
  EXPECT_EQ(assume("arn:aws:iam::000000000000:user/bob"), "ValidationError 400: Request ARN is invalid");
  EXPECT_EQ(assume("not-an-arn-but-long-enough"), "ValidationError 400: Request ARN is invalid");
  EXPECT_EQ(
      error("AssumeRole", of(R"(,"SerialNumber":"arn:aws:iam::000000000000:mfa/bob","TokenCode":"123456")"))
          .substr(0, 53),
      "AccessDenied 403: MultiFactorAuthentication failed, u");
  world.caller = {.kind = auth::PrincipalKind::root, .account = "000000000000"};
  EXPECT_EQ(error("AssumeRole", of("")), "AccessDenied 403: Roles may not be assumed by root accounts.");
}

TEST_F(StsTest, TheTrustPolicyAndTheCallersPoliciesDecide) {
  core::iam::AccessKey key;
  key.account = "000000000000", key.id = world.caller.access_key_id = "AKIABOB", key.user_name = "bob",
  key.active = true;
  world.apply([&](core::Turn& turn) -> Result<> {
    turn.put(turn.state.access_keys, key);
    return {};
  });
  const std::string refusal =
      "User: arn:aws:iam::000000000000:user/bob is not authorized to perform: sts:AssumeRole on resource: "
      "arn:aws:iam::000000000000:role/svc/app";
  change([](core::iam::Role& role) { role.trust_policy = trust("111111111111"); });
  allow_bob("sts:AssumeRole");
  EXPECT_EQ(asked(of("")), refusal);
  change([](core::iam::Role& role) { role.trust_policy = trust("000000000000"); });
  EXPECT_EQ(asked(of("")), "");
  allow_bob("s3:*");
  EXPECT_EQ(asked(of("")), refusal + " because no identity-based policy allows the sts:AssumeRole action");
  change([](core::iam::Role& role) { role.trust_policy = trust("arn:aws:iam::000000000000:user/bob"); });
  EXPECT_EQ(asked(of("")), "") << "trusted by name";
  change([](core::iam::Role& role) {
    role.trust_policy = trust("arn:aws:iam::000000000000:user/bob",
                              R"(,"Condition":{"StringEquals":{"sts:ExternalId":"x1"}})");
  });
  EXPECT_EQ(asked(of("")), refusal);
  EXPECT_EQ(asked(of(R"(,"ExternalId":"x1")")), "");
  change([](core::iam::Role& role) {
    role.trust_policy = trust("arn:aws:iam::000000000000:user/bob", "", "sts:AssumeRole");
  });
  EXPECT_TRUE(asked(of(R"(,"Tags":[{"Key":"team","Value":"red"}])")).find("sts:TagSession") !=
              std::string::npos);
  EXPECT_TRUE(asked(of(R"(,"SourceIdentity":"alice")")).find("sts:SetSourceIdentity") != std::string::npos);
}

TEST_F(StsTest, TagsGoIntoTheSession) {
  const auth::Principal who =
      session(ok("AssumeRole", of(R"(,"Tags":[{"Key":"team","Value":"red"},{"Key":"a","Value":""}])")))
          .principal;
  ASSERT_EQ(who.session_tags().size(), 2u);
  EXPECT_EQ(who.session_tags()[0].second, "red");
  EXPECT_EQ(who.session_tags()[1].first, "a");
  EXPECT_TRUE(error("AssumeRole", of(R"(,"Tags":[{"Key":"a","Value":"1"},{"Key":"A","Value":"2"}])"))
                  .starts_with("InvalidParameterValue"));
  EXPECT_TRUE(
      error("AssumeRole", of(R"(,"Tags":[{"Key":"a","Value":"1\n2"}])")).starts_with("ValidationError"));
}

TEST_F(StsTest, ChecksNames) {
  EXPECT_EQ(
      error("AssumeRole", R"({"RoleArn":"arn:aws:iam::000000000000:role/svc/app","RoleSessionName":"a b"})"),
      "ValidationError 400: 1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy "
      "constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*");
  EXPECT_EQ(
      error("AssumeRole", R"({"RoleArn":"arn:aws:iam::000000000000:role/svc/app","RoleSessionName":"a"})"),
      "ValidationError 400: 1 validation error detected: Value 'a' at 'roleSessionName' failed to satisfy "
      "constraint: Member must have length greater than or equal to 2");
  EXPECT_TRUE(
      error("AssumeRole", of(R"(,"SourceIdentity":"a/b")")).starts_with("ValidationError 400: 1 validation"));
}

TEST_F(StsTest, ASourceIdentityStays) {
  const wire::Value answer = ok("AssumeRole", of(R"(,"SourceIdentity":"alice")"));
  EXPECT_EQ(answer.get("SourceIdentity").string(), "alice");
  world.caller = session(answer).principal;
  EXPECT_EQ(world.caller.source_identity, "alice");
  EXPECT_EQ(session(ok("AssumeRole", of(""))).principal.source_identity, "alice");
  EXPECT_TRUE(error("AssumeRole", of(R"(,"SourceIdentity":"mallory")")).starts_with("AccessDenied 403"));
}

TEST_F(StsTest, SessionPoliciesNarrow) {
  const wire::Value inlined =
      ok("AssumeRole",
         of(R"(,"Policy":"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}}")"));
  EXPECT_EQ(inlined.get("PackedPolicySize").integer(), 2);
  EXPECT_EQ(session(inlined).principal.session_policy,
            R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})");
  EXPECT_FALSE(administrator(session(inlined).principal));
  auto managed = [&](const std::string& name) {
    return session(ok("AssumeRole", of(R"(,"PolicyArns":[{"arn":"arn:aws:iam::aws:policy/)" + name + "\"}]")))
        .principal;
  };
  EXPECT_FALSE(administrator(managed("ReadOnlyAccess")));
  EXPECT_TRUE(administrator(managed("AdministratorAccess")));
  EXPECT_EQ(error("AssumeRole", of(R"(,"Policy":"{")")),
            "MalformedPolicyDocument 400: Syntax errors in policy.");
  std::string tags;
  for (int i = 0; i < 30; ++i)
    tags += (i ? "," : "") + std::string(R"({"Key":"k)") + std::to_string(i) + R"(","Value":")" +
            std::string(256, 'v') + "\"}";
  EXPECT_TRUE(error("AssumeRole", of(",\"Tags\":[" + tags + "]")).starts_with("PackedPolicyTooLarge 400"));
}

TEST_F(StsTest, GivesAUserASession) {
  const wire::Value answer = ok("GetSessionToken", "{}");
  EXPECT_EQ(answer.get("Credentials", "Expiration").instant().ms,
            world.now.ms / 1'000 * 1'000 + 12 * hour_ms);
  const auth::Principal who = session(answer).principal;
  EXPECT_EQ(who.kind, auth::PrincipalKind::user);
  EXPECT_EQ(who.arn, "arn:aws:iam::000000000000:user/bob");
  EXPECT_EQ(who.user_id, "AIDABOB");
  EXPECT_EQ(world.changes, changes);

  EXPECT_TRUE(error("GetSessionToken", R"({"DurationSeconds":129601})").starts_with("ValidationError 400"));
  EXPECT_TRUE(error("GetSessionToken", R"({"TokenCode":"123456"})").starts_with("AccessDenied 403"));
  world.caller = who;
  EXPECT_EQ(error("GetSessionToken", "{}"),
            "AccessDenied 403: Cannot call GetSessionToken with session credentials");
}

TEST_F(StsTest, GivesRootAnHour) {
  world.caller = {.kind = auth::PrincipalKind::root, .account = "000000000000"};
  const wire::Value answer = ok("GetSessionToken", R"({"DurationSeconds":129600})");
  EXPECT_EQ(answer.get("Credentials", "Expiration").instant().ms, world.now.ms / 1'000 * 1'000 + hour_ms);
}

}  // namespace
}  // namespace slipway::services::sts
