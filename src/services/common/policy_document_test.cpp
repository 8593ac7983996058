#include "services/common/policy_document.hpp"

#include <gtest/gtest.h>

namespace slipway::services {
namespace {

std::string why(std::string_view document, PolicyUse use) {
  const auto checked = check_policy_document(document, use);
  return checked ? "" : checked.error().code + ": " + checked.error().message;
}
std::string why_trust(std::string_view document) {
  return why(document, PolicyUse::trust);
}
std::string why_identity(std::string_view document) {
  return why(document, PolicyUse::identity);
}

TEST(PolicyDocument, AcceptsPolicies) {
  EXPECT_EQ(why_trust(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",
      "Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]})"),
            "");
  EXPECT_EQ(why_identity(R"({"Statement":{"Effect":"Deny","NotAction":["s3:*"],"Resource":"*"}})"), "");
}

TEST(PolicyDocument, SaysWhatIsWrong) {
  const std::string malformed = "MalformedPolicyDocument: ";
  for (const char* text : {"", "{", "[]", "\"x\"", "{} {}"}) {
    EXPECT_EQ(why_trust(text), malformed + "This policy contains invalid Json") << text;
    EXPECT_EQ(why_identity(text), malformed + "Syntax errors in policy.") << text;
  }
  EXPECT_EQ(why_trust("{}"), malformed + "Syntax errors in policy.");
  EXPECT_EQ(why_trust(R"({"Version":"2012-10-18","Statement":{}})"),
            malformed + "The policy must contain a valid version string");
  EXPECT_EQ(why_trust(R"({"Statement":{}})"), malformed + "Missing required field Effect");
  EXPECT_EQ(why_trust(R"({"Statement":{"Effect":"Perhaps"}})"), malformed + "Invalid effect: Perhaps");
  EXPECT_EQ(why_trust(R"({"Statement":{"Effect":"Allow","Principal":"*"}})"),
            malformed + "Missing required field Action");
  EXPECT_EQ(why_trust(R"({"Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}})"),
            malformed + "Missing required field Principal");
  EXPECT_EQ(why_trust(R"({"Statement":{"Effect":"Allow","Action":"x","Principal":"*","Resource":"*"}})"),
            malformed + "Has prohibited field Resource");
  EXPECT_EQ(why_identity(R"({"Statement":[{"Effect":"Allow","Resource":"*"}]})"),
            malformed + "Policy statement must contain actions.");
  EXPECT_EQ(why_identity(R"({"Statement":[{"Effect":"Allow","Action":"*"}]})"),
            malformed + "Policy statement must contain resources.");
  EXPECT_EQ(why_identity(R"({"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}]})"),
            malformed + "Policy document should not specify a principal.");
  EXPECT_EQ(why_identity(R"({"Statement":[{"Effect":"Allow","Action":[],"Resource":"*"}]})"),
            malformed + "Syntax errors in policy.");
}

TEST(PolicyDocument, CountsNoWhiteSpace) {
  EXPECT_EQ(policy_size("{ \"a\":\n\t1 }"), 7u);
}

}  // namespace
}  // namespace slipway::services
