#include "services/ec2/ip_range.hpp"

#include <gtest/gtest.h>

namespace slipway::services::ec2 {
namespace {

std::string v4(std::string_view text) {
  const auto block = canonical_ipv4(text);
  return block ? block->text() : "none";
}

TEST(IpRange, ClearsBitsPastThePrefix) {
  EXPECT_EQ(v4("100.68.0.18/18"), "100.68.0.0/18");
  EXPECT_EQ(v4("1.2.3.4/0"), "0.0.0.0/0");
  EXPECT_EQ(v4("1.2.3.4/32"), "1.2.3.4/32");
  EXPECT_EQ(canonical_ipv6("2001:DB8::1/32"), "2001:db8::/32");
  EXPECT_EQ(canonical_ipv6("::/0"), "::/0");
  EXPECT_EQ(canonical_ipv6("ff::ff/127"), "ff::fe/127");
}

TEST(IpRange, RefusesWhatIsNone) {
  for (const char* text : {"", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/1x",
                           "10.0.0/8", "10.0.0.0.0/8", "x/8", "::/0"})
    EXPECT_EQ(v4(text), "none") << text;
  for (const char* text : {"", "::", "::/129", "::/", "10.0.0.0/8", "g::/8", ":::/8"})
    EXPECT_EQ(canonical_ipv6(text), std::nullopt) << text;
}

}  // namespace
}  // namespace slipway::services::ec2
