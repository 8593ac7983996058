#include <gtest/gtest.h>

#include "auth/key_snapshot.hpp"
#include "auth/test_request.hpp"
#include "base/encoding.hpp"
#include "base/limits.hpp"
#include "base/random.hpp"

namespace slipway::auth {
namespace {

AuthResult<> check_request(TestRequest& request, Instant now = test_time) {
  const SignedRequest view = request.view();
  const auto claim = parse_claim(view);
  if (!claim) return std::unexpected(claim.error());
  return verify(view, *claim, test_key.secret_access_key, now);
}

AuthFailure failure(TestRequest request, Instant now = test_time) {
  const auto result = check_request(request, now);
  EXPECT_FALSE(result);
  return result ? AuthFailure::missing : result.error().failure;
}

std::string message(TestRequest request, Instant now = test_time) {
  const auto result = check_request(request, now);
  return result ? "" : result.error().message;
}

TestRequest presigned(std::int64_t expires_s = 3600, SigningScope scope = test_scope) {
  TestRequest request;
  request.method = "GET";
  request.path = "/v2/logs";
  request.query = "prefix=a%2Fb&x=1";
  request.headers = {{"Host", "localhost:4566"}};
  request.query = presign(test_key, request.view(), scope, expires_s, test_time);
  return request;
}

TEST(SigV4, ASignedCallVerifiesAndItsScopeIsRead) {
  TestRequest request = ecs_call();
  const auto claim = parse_claim(request.view());
  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->credential.access_key_id, test_key.access_key_id);
  EXPECT_EQ(claim->credential.date, "20261124");
  EXPECT_EQ(claim->credential.region, "us-east-1");
  EXPECT_EQ(claim->credential.service, "ecs");
  EXPECT_TRUE(check_request(request));
}

TEST(SigV4, TheAgentsPlusSignInAQueryIsASpace) {
  TestRequest request;
  request.method = "GET";
  request.path = "/acs/ws";
  request.query = "agentVersion=1.105.1&dockerVersion=DockerVersion%3A%2020.10.24%2Bdfsg1";
  request.headers = {{"Host", "127.0.0.1:4600"}};
  request.sign(test_key, test_scope, test_time);
  request.query = "agentVersion=1.105.1&dockerVersion=DockerVersion%3A+20.10.24%2Bdfsg1";
  EXPECT_TRUE(check_request(request));
}

TEST(SigV4, PathsAreTakenAsEachSdkSignsThem) {
  // botocore 1.43.11 for "/clusters/a%20b/..//x" of service eks: normalised, encoded twice.
  TestRequest request;
  request.method = "GET";
  request.path = "/clusters/a%20b/..//x";
  request.headers = {{"Host", "h"}};
  request.sign(test_key, {"us-east-1", "eks"}, test_time);
  EXPECT_TRUE(check_request(request));
  request.path = "/clusters/x";  // the same after normalising
  EXPECT_TRUE(check_request(request));
  request.path = "/clusters/a%20b/x";
  EXPECT_EQ(failure(request), AuthFailure::wrong_signature);

  TestRequest object;
  object.method = "GET";
  object.path = "/bucket/a%20b//c";
  object.headers = {{"Host", "h"}};
  object.sign(test_key, {"us-east-1", "s3"}, test_time);
  EXPECT_TRUE(check_request(object));
  object.path = "/bucket/a%20b/c";  // another object
  EXPECT_EQ(failure(object), AuthFailure::wrong_signature);
}

TEST(SigV4, MissingAndIncompleteAreNamed) {
  TestRequest request = ecs_call();
  request.drop("Authorization");
  EXPECT_EQ(failure(request), AuthFailure::missing);
  request.header("Authorization") = "Basic QVdTOng=";
  EXPECT_EQ(failure(request), AuthFailure::missing);
  request.header("Authorization") = "AWS4-HMAC-SHA256 Credential=a/20261124/us-east-1/ecs/aws4_request";
  EXPECT_EQ(message(request),
            "Authorization header requires 'Signature' parameter. Authorization header requires "
            "'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256 "
            "Credential=a/20261124/us-east-1/ecs/aws4_request");
  request.header("Authorization") = "AWS4-HMAC-SHA256 Credential";
  EXPECT_EQ(failure(request), AuthFailure::incomplete);
  request.header("Authorization") = "AWS4-ECDSA-P256-SHA256 Credential=a";
  EXPECT_EQ(failure(request), AuthFailure::incomplete);
  request.header("Authorization") =
      "AWS4-HMAC-SHA256 Credential=a/b/c/aws4_request, SignedHeaders=host, Signature=0";
  EXPECT_EQ(
      message(request),
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got "
      "'a/b/c/aws4_request'");
  request = ecs_call();
  request.drop("X-Amz-Date");
  EXPECT_EQ(failure(request), AuthFailure::incomplete);
  request.header("X-Amz-Date") = "yesterday";
  EXPECT_EQ(failure(request), AuthFailure::incomplete);
}

// Signs all headers, then claims that only some were signed: the list itself decides, before the signature.
TEST(SigV4, WhatMustBeSignedMustBeSigned) {
  const auto without = [](std::string_view name) {
    TestRequest request = ecs_call();
    std::string& text = request.header("Authorization");
    const auto at = text.find(std::string(name) + (name == "x-amz-target" ? "" : ";"));
    text.erase(name == "x-amz-target" ? at - 1 : at, name.size() + 1);
    return request;
  };
  EXPECT_EQ(message(without("host")),
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  EXPECT_EQ(failure(without("x-amz-date")), AuthFailure::incomplete);
  EXPECT_EQ(failure(without("x-amz-target")), AuthFailure::incomplete);
  TestRequest token = ecs_call();
  token.header("X-Amz-Security-Token") = "put in later";
  EXPECT_EQ(failure(token), AuthFailure::incomplete);
}

TEST(SigV4, DateHeaderServesWithoutXAmzDate) {
  TestRequest request = ecs_call();
  // Signed by hand: the canonical request names `date`.
  request.drop("Authorization");
  request.drop("X-Amz-Date");
  request.header("Date") = http_date(test_time);
  auto signed_headers = sign_request(test_key, request.view(), test_scope, test_time);
  TestRequest without = request;
  without.header("Authorization") = signed_headers.back().second;
  EXPECT_EQ(failure(without), AuthFailure::wrong_signature) << "x-amz-date is in the list, but absent";
  without.header("X-Amz-Date") = amz_date(test_time);
  EXPECT_TRUE(check_request(without));
}

TEST(SigV4, SkewIsFifteenMinutesEachWay) {
  const TestRequest request = ecs_call();
  TestRequest late = request, early = request;
  EXPECT_TRUE(check_request(late, test_time + limits::clock_skew_ms));
  EXPECT_TRUE(check_request(early, test_time - limits::clock_skew_ms));
  EXPECT_EQ(failure(request, test_time + limits::clock_skew_ms + 1), AuthFailure::signature_expired);
  EXPECT_EQ(failure(request, test_time - limits::clock_skew_ms - 1), AuthFailure::signature_too_early);
  EXPECT_EQ(message(request, test_time + 3'600'000),
            "Signature expired: 20261124T134520Z is now earlier than 20261124T143020Z (20261124T144520Z - 15 "
            "min.)");
  EXPECT_EQ(message(request, test_time - 3'600'000),
            "Signature not yet current: 20261124T134520Z is still later than 20261124T130020Z "
            "(20261124T124520Z + 15 min.)");
}

TEST(SigV4, ScopeMustFitTheRequest) {
  TestRequest request = ecs_call();
  std::string& text = request.header("Authorization");
  text.replace(text.find("/20261124/"), 10, "/20261123/");
  EXPECT_TRUE(message(request).starts_with("Date in Credential scope does not match"));
  request = ecs_call();
  std::string& other = request.header("Authorization");
  other.replace(other.find("aws4_request"), 12, "aws5_request");
  EXPECT_EQ(message(request),
            "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'.");
}

TEST(SigV4, WrongSignatureShowsWhatShouldHaveBeenSigned) {
  TestRequest request = ecs_call();
  request.body += " ";
  const std::string text = message(request);
  EXPECT_TRUE(
      text.starts_with("The request signature we calculated does not match the signature you provided."));
  EXPECT_NE(text.find("The Canonical String for this request should have been\n'POST\n/\n\ncontent-type:"),
            text.npos);
  EXPECT_NE(text.find("The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20261124T134520Z\n"),
            text.npos);
}

TEST(SigV4, DeclaredPayloadIsChecked) {
  TestRequest request;
  request.headers = {{"Host", "h"}, {"X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"}};
  request.sign(test_key, test_scope, test_time);
  EXPECT_EQ(failure(request), AuthFailure::payload_mismatch);
  request.unsigned_payload_allowed = true;
  EXPECT_TRUE(check_request(request));

  TestRequest declared;
  declared.body = "hello";
  declared.headers = {
      {"Host", "h"},
      {"X-Amz-Content-Sha256", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}};
  declared.sign(test_key, test_scope, test_time);
  EXPECT_TRUE(check_request(declared));
  declared.body = "hellO";
  EXPECT_EQ(failure(declared), AuthFailure::payload_mismatch);
  SignedRequest streamed = declared.view();  // hashed on the way in: the body is not looked at
  streamed.payload_sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
  EXPECT_TRUE(verify(streamed, *parse_claim(streamed), test_key.secret_access_key, test_time));
}

TEST(SigV4, PresignedUrlsVerifyUntilTheyExpire) {
  TestRequest request = presigned();
  EXPECT_TRUE(check_request(request)) << message(request);
  EXPECT_TRUE(check_request(request, test_time + 3'600'000));
  EXPECT_EQ(failure(request, test_time + 3'600'001), AuthFailure::signature_expired);
  EXPECT_EQ(failure(request, test_time - 16 * 60'000), AuthFailure::signature_too_early);
  TestRequest week = presigned(limits::presign_expiry_max_s);
  EXPECT_TRUE(check_request(week, test_time + 6 * 86'400'000));
  EXPECT_EQ(failure(presigned(limits::presign_expiry_max_s + 1)), AuthFailure::incomplete);
  TestRequest longer = presigned();
  longer.query.replace(longer.query.find("X-Amz-Expires=3600"), 18, "X-Amz-Expires=3601");
  EXPECT_EQ(failure(longer), AuthFailure::wrong_signature);
  TestRequest bare = presigned();
  bare.query.erase(bare.query.find("&X-Amz-Date="), 28);
  EXPECT_EQ(message(bare),
            "AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.");
  TestRequest object = presigned(60, {"us-east-1", "s3"});
  object.body = "S3's presigned uploads leave the body unsigned";
  EXPECT_TRUE(check_request(object));
}

// Any one byte of what is signed, changed: refused. Seeded, so that a failure repeats.
TEST(SigV4, ThousandsOfMutationsAreRefused) {
  SeededRandom random(20261124);
  const KeySnapshot keys({{test_key.access_key_id, {test_key.secret_access_key, {}, true}}},
                         SessionSealer(Sealer(SealKey{})));
  int refused = 0;
  for (int round = 0; round < 4'000; ++round) {
    TestRequest request = round % 4 == 3 ? presigned() : ecs_call();
    std::vector<std::string*> parts{&request.method};
    if (!request.query.empty()) parts = {&request.method, &request.path, &request.query, &request.query};
    if (!request.body.empty()) parts.push_back(&request.body);
    for (auto& [name, value] : request.headers) parts.push_back(&value);
    std::string& part = *parts[random.below(parts.size())];
    const std::string before = part;
    const std::size_t at = random.below(part.size());
    switch (random.below(3)) {
      case 0:
        part[at] = char(part[at] ^ (1 << random.below(7)));
        break;
      case 1:
        part.erase(at, 1);
        break;
      default:
        part.insert(at, 1, char('!' + random.below(90)));
    }
    // What SigV4 itself holds equal is no mutation: escapes' case, separators, blanks, repeated slashes.
    const auto sameness = [](std::string text) {
      std::erase_if(text, [](char c) { return c == ' ' || c == ',' || c == '&' || c == '/'; });
      for (std::size_t i = 0; i + 2 < text.size(); ++i)
        if (text[i] == '%') text[i + 1] = char(text[i + 1] & ~0x20), text[i + 2] = char(text[i + 2] & ~0x20);
      return text;
    };
    if (part == before || sameness(part) == sameness(before)) continue;
    const auto result = authenticate(keys, request.view(), test_time);
    EXPECT_FALSE(result) << "round " << round << ": " << before << " -> " << part;
    refused += !result;
  }
  EXPECT_GE(refused, 3'000);
}

TEST(SigV4, AnotherSecretIsRefused) {
  TestRequest request = ecs_call();
  const auto claim = parse_claim(request.view());
  EXPECT_TRUE(verify(request.view(), *claim, test_key.secret_access_key, test_time));
  // The signing key of the first is cached under the same scope: the second secret must not profit.
  const auto other = verify(request.view(), *claim, "another secret", test_time);
  EXPECT_EQ(other.error().failure, AuthFailure::wrong_signature);
  EXPECT_TRUE(verify(request.view(), *claim, test_key.secret_access_key, test_time));
}

TEST(SigV4, LimitsHold) {
  TestRequest request = ecs_call();
  request.header("Authorization") += std::string(limits::authorization_header_bytes, 'x');
  EXPECT_EQ(failure(request), AuthFailure::incomplete);
  TestRequest many = ecs_call();
  for (std::size_t i = 0; i <= limits::canonical_query_parameters; ++i)
    many.query += "a=" + std::to_string(i) + "&";
  EXPECT_EQ(failure(many), AuthFailure::incomplete);
}

}  // namespace
}  // namespace slipway::auth
