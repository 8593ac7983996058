#include "services/ec2/filter.hpp"

#include <gtest/gtest.h>

namespace slipway::services::ec2 {
namespace {

TEST(Matches, KnowsWildcards) {
  EXPECT_TRUE(matches("vpc-1", "vpc-1"));
  EXPECT_FALSE(matches("vpc-1", "vpc-12"));
  EXPECT_FALSE(matches("vpc-12", "vpc-1"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("", ""));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_FALSE(matches("?", ""));
  EXPECT_TRUE(matches("172.31.*", "172.31.0.0/20"));
  EXPECT_TRUE(matches("*.0/20", "172.31.0.0/20"));
  EXPECT_TRUE(matches("*a*b*", "xxaxxbxx"));
  EXPECT_FALSE(matches("*a*b*", "xxbxxaxx"));
  EXPECT_TRUE(matches("us-east-1?", "us-east-1a"));
  EXPECT_FALSE(matches("us-east-1?", "us-east-1"));
  EXPECT_TRUE(matches("*ab", "aab"));
}

TEST(Matches, TakesMeaningAwayByBackslash) {
  EXPECT_TRUE(matches("\\*amazon\\?\\\\", "*amazon?\\"));
  EXPECT_FALSE(matches("\\*", "x"));
  EXPECT_FALSE(matches("\\?", "x"));
}

TEST(Matches, DoesNotExplode) {
  std::string pattern, text(2'000, 'a');
  for (int i = 0; i < 200; ++i) pattern += "*a";
  EXPECT_FALSE(matches(pattern + "b", text));
}

}  // namespace
}  // namespace slipway::services::ec2
