#include "agent/secrets.hpp"

#include <gtest/gtest.h>

namespace slipway::agent {
namespace {

TEST(Secrets, ASecretsArnMayNameAKeyAStageAndAVersion) {
  const std::string arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:db-AbCdEf";
  EXPECT_EQ(parse_secret_place(arn), (SecretPlace{arn, "", "", ""}));
  EXPECT_EQ(parse_secret_place(arn + ":password::"), (SecretPlace{arn, "password", "", ""}));
  EXPECT_EQ(parse_secret_place(arn + "::AWSPREVIOUS:"), (SecretPlace{arn, "", "AWSPREVIOUS", ""}));
  EXPECT_EQ(parse_secret_place(arn + ":password:AWSCURRENT:9d4cb84b"),
            (SecretPlace{arn, "password", "AWSCURRENT", "9d4cb84b"}));
  EXPECT_EQ(parse_secret_place("a-name"), (SecretPlace{"a-name", "", "", ""}));
  EXPECT_EQ(parse_secret_place(arn + ":a:b:c:d").version_id, "c:d") << "nothing is dropped in silence";
}

}  // namespace
}  // namespace slipway::agent
