#include "base/cidr.hpp"

#include <gtest/gtest.h>

namespace slipway {
namespace {

TEST(Ipv4, ReadsAndWritesDottedQuads) {
  EXPECT_EQ(Ipv4::parse("172.31.0.4")->bits, 0xac1f0004u);
  for (const char* text : {"0.0.0.0", "255.255.255.255", "10.0.200.7"})
    EXPECT_EQ(Ipv4::parse(text)->text(), text);
  for (const char* text : {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.04", "1.2.3.-4", "1.2.3.4 ",
                           "1..2.3", "+1.2.3.4", "1.2.3.99999999999", "::1"})
    EXPECT_FALSE(Ipv4::parse(text)) << text;
}

TEST(Ipv4Cidr, ReadsAndWritesBlocks) {
  for (const char* text : {"172.31.16.0/20", "0.0.0.0/0", "10.1.2.3/32"})
    EXPECT_EQ(Ipv4Cidr::parse(text)->text(), text);
  for (const char* text : {"172.31.16.0", "172.31.16.0/", "172.31.16.0/33", "172.31.16.1/20",
                           "172.31.16.0/020", "172.31.16.0/20x", "/20", "128.0.0.0/0"})
    EXPECT_FALSE(Ipv4Cidr::parse(text)) << text;
}

TEST(Ipv4Cidr, KnowsItsBounds) {
  const auto block = *Ipv4Cidr::parse("172.31.16.0/20");
  EXPECT_EQ(block.size(), 4096u);
  EXPECT_EQ(block.last().text(), "172.31.31.255");
  EXPECT_EQ(block.at(257).text(), "172.31.17.1");
  EXPECT_EQ(Ipv4Cidr::parse("0.0.0.0/0")->size(), 1ull << 32);
  EXPECT_EQ(Ipv4Cidr::parse("0.0.0.0/0")->last().text(), "255.255.255.255");
}

TEST(Ipv4Cidr, KnowsWhatItHolds) {
  const auto vpc = *Ipv4Cidr::parse("172.31.0.0/16");
  const auto subnet = *Ipv4Cidr::parse("172.31.16.0/20");
  EXPECT_TRUE(vpc.contains(subnet));
  EXPECT_FALSE(subnet.contains(vpc));
  EXPECT_TRUE(vpc.overlaps(subnet));
  EXPECT_TRUE(subnet.overlaps(vpc));
  EXPECT_FALSE(subnet.overlaps(*Ipv4Cidr::parse("172.31.32.0/20")));
  EXPECT_TRUE(subnet.contains(*Ipv4::parse("172.31.31.255")));
  EXPECT_FALSE(subnet.contains(*Ipv4::parse("172.31.32.0")));
  EXPECT_FALSE(subnet.contains(*Ipv4::parse("172.31.15.255")));
}

}  // namespace
}  // namespace slipway
