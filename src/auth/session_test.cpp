#include "auth/session.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "auth/access_key.hpp"
#include "auth/key_snapshot.hpp"
#include "auth/test_request.hpp"
#include "base/limits.hpp"

namespace slipway::auth {
namespace {

const Sealer root(SealKey{std::byte{7}});

Principal task_role() {
  Principal principal;
  principal.kind = PrincipalKind::role_session;
  principal.account = "000000000000";
  principal.arn = "arn:aws:sts::000000000000:assumed-role/app/0123456789abcdef";
  principal.user_id = "AROAEXAMPLEEXAMPLE2345:0123456789abcdef";
  principal.issued = test_time;
  principal.expires = test_time + 6 * 3'600'000;
  principal.role_arn = "arn:aws:iam::000000000000:role/app";
  principal.role_id = "AROAEXAMPLEEXAMPLE2345";
  principal.session_name = "0123456789abcdef";
  principal.task_arn = "arn:aws:ecs:us-east-1:000000000000:task/default/0123456789abcdef";
  return principal;
}

KeySnapshot snapshot() {
  Principal admin;
  admin.account = "000000000000";
  admin.arn = "arn:aws:iam::000000000000:user/admin";
  admin.user_id = "AIDAEXAMPLEEXAMPLE2345";
  admin.access_key_id = test_key.access_key_id;
  std::unordered_map<std::string, AccessKey> keys;
  keys["AKIAINACTIVEINACTIVE"] = {test_key.secret_access_key, admin, false};
  keys[test_key.access_key_id] = {test_key.secret_access_key, admin, true};
  return {std::move(keys), SessionSealer(root)};
}

TestRequest call_with(const Credentials& credentials) {
  TestRequest request = ecs_call();
  for (const char* name : {"Authorization", "X-Amz-Date"}) request.drop(name);
  request.sign(credentials, test_scope, test_time);
  return request;
}

TEST(AccessKeys, LookLikeAwss) {
  SeededRandom random(3);
  const auto key = new_access_key(random), session = new_session_key(random);
  EXPECT_EQ(key.access_key_id.size(), 20u);
  EXPECT_TRUE(key.access_key_id.starts_with("AKIA"));
  EXPECT_EQ(key.access_key_id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), std::string::npos);
  EXPECT_EQ(key.secret_access_key.size(), 40u);
  EXPECT_TRUE(session.access_key_id.starts_with("ASIA"));
  EXPECT_EQ(new_unique_id(random, "AROA").size(), 21u);
}

TEST(Session, TheTokenIsTheSession) {
  SeededRandom random(4);
  const SessionSealer sealer(root);
  Principal principal = task_role();
  principal.source_identity = "ann";
  principal.session_policy = "{}";
  const auto minted = sealer.mint(random, principal);
  ASSERT_TRUE(minted);
  const auto opened = sealer.open(minted->session_token, test_time);
  ASSERT_TRUE(opened);
  principal.access_key_id = minted->access_key_id;
  EXPECT_EQ(opened->principal, principal);
  EXPECT_EQ(opened->secret_access_key, minted->secret_access_key);
  EXPECT_TRUE(sealer.open(minted->session_token, principal.expires - 1));
  EXPECT_EQ(sealer.open(minted->session_token, principal.expires).error().failure,
            AuthFailure::expired_token);
}

TEST(Session, TamperedTokensAreRefused) {
  SeededRandom random(5);
  const SessionSealer sealer(root), other{Sealer(SealKey{})};
  const std::string token = sealer.mint(random, task_role())->session_token;
  EXPECT_EQ(other.open(token, test_time).error().failure, AuthFailure::invalid_token);
  for (std::size_t at = 0; at < token.size() - 1; ++at) {  // the last digit may hold unused bits
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(sealer.open(changed, test_time)) << at;
    EXPECT_FALSE(sealer.open(token.substr(0, at), test_time)) << at;
  }
  EXPECT_FALSE(sealer.open("", test_time));
  EXPECT_FALSE(sealer.open(std::string(limits::session_token_bytes + 1, 'A'), test_time));
}

TEST(Session, ATooLargeTokenIsNotMinted) {
  SeededRandom random(6);
  Principal principal = task_role();
  principal.session_policy = std::string(limits::session_token_bytes, 'x');
  EXPECT_EQ(SessionSealer(root).mint(random, principal).error().code, "PackedPolicyTooLarge");
  principal.session_policy = std::string(100'000, 'x');
  EXPECT_FALSE(SessionSealer(root).mint(random, principal));
}

TEST(Authenticate, KeysAndSessionsAreToldApart) {
  SeededRandom random(7);
  const KeySnapshot keys = snapshot();
  TestRequest request = ecs_call();
  const auto admin = authenticate(keys, request.view(), test_time);
  ASSERT_TRUE(admin);
  EXPECT_EQ(admin->arn, "arn:aws:iam::000000000000:user/admin");

  const Credentials session = *keys.sessions().mint(random, task_role());
  TestRequest signed_by_session = call_with(session);
  const auto role = authenticate(keys, signed_by_session.view(), test_time);
  ASSERT_TRUE(role);
  EXPECT_EQ(role->task_arn, task_role().task_arn);
  EXPECT_TRUE(role->is_session());
}

TEST(Authenticate, RefusesWhatDoesNotBelongTogether) {
  SeededRandom random(8);
  const KeySnapshot keys = snapshot();
  const auto failure = [&](const Credentials& credentials, Instant now = test_time) {
    TestRequest request = call_with(credentials);
    const auto result = authenticate(keys, request.view(), now);
    EXPECT_FALSE(result);
    return result.error().failure;
  };
  EXPECT_EQ(failure({"AKIAUNKNOWNUNKNOWNXX", "x", ""}), AuthFailure::unknown_key);
  EXPECT_EQ(failure({"AKIAINACTIVEINACTIVE", test_key.secret_access_key, ""}), AuthFailure::unknown_key);
  EXPECT_EQ(failure({test_key.access_key_id, "not the secret", ""}), AuthFailure::wrong_signature);

  const Credentials one = *keys.sessions().mint(random, task_role());
  const Credentials two = *keys.sessions().mint(random, task_role());
  EXPECT_EQ(failure({one.access_key_id, one.secret_access_key, ""}), AuthFailure::unknown_key);
  EXPECT_EQ(failure({one.access_key_id, one.secret_access_key, two.session_token}),
            AuthFailure::invalid_token);
  EXPECT_EQ(failure({one.access_key_id, two.secret_access_key, one.session_token}),
            AuthFailure::wrong_signature);
  EXPECT_EQ(failure({test_key.access_key_id, test_key.secret_access_key, one.session_token}),
            AuthFailure::invalid_token);
  EXPECT_EQ(failure(one, test_time + 7 * 3'600'000), AuthFailure::expired_token);
  TestRequest unsigned_call;
  EXPECT_EQ(authenticate(keys, unsigned_call.view(), test_time).error().failure, AuthFailure::missing);
}

TEST(KeyRing, ReadersSeeOneSnapshotOrTheOther) {
  KeyRing ring(std::make_shared<const KeySnapshot>(snapshot()));
  std::jthread writer([&](std::stop_token stop) {
    while (!stop.stop_requested()) ring.replace(std::make_shared<const KeySnapshot>(snapshot()));
  });
  TestRequest request = ecs_call();
  const SignedRequest view = request.view();
  for (int i = 0; i < 500; ++i) EXPECT_TRUE(authenticate(*ring.current(), view, test_time));
}

TEST(AuthErrors, HaveEachProtocolsCodesAndWords) {
  const auto code = [](AuthFailure failure, ErrorStyle style) {
    return render({failure, "why"}, style).code;
  };
  EXPECT_EQ(code(AuthFailure::missing, ErrorStyle::json), "MissingAuthenticationTokenException");
  EXPECT_EQ(code(AuthFailure::missing, ErrorStyle::query), "MissingAuthenticationToken");
  EXPECT_EQ(code(AuthFailure::unknown_key, ErrorStyle::json), "UnrecognizedClientException");
  EXPECT_EQ(code(AuthFailure::unknown_key, ErrorStyle::query), "InvalidClientTokenId");
  EXPECT_EQ(render({AuthFailure::wrong_signature, "long"}, ErrorStyle::ec2),
            (Error{"AuthFailure", "AWS was not able to validate the provided access credentials", 401}));
  EXPECT_EQ(render({AuthFailure::wrong_signature, "long"}, ErrorStyle::query),
            (Error{"SignatureDoesNotMatch", "long", 403}));
  EXPECT_EQ(render({AuthFailure::wrong_signature, "long"}, ErrorStyle::rest_json),
            (Error{"InvalidSignatureException", "long", 403}));
  EXPECT_EQ(render({AuthFailure::expired_token, ""}, ErrorStyle::json),
            (Error{"ExpiredTokenException", "The security token included in the request is expired", 400}));
  EXPECT_EQ(code(AuthFailure::payload_mismatch, ErrorStyle::rest_xml), "XAmzContentSHA256Mismatch");
}

}  // namespace
}  // namespace slipway::auth
