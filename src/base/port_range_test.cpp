#include "base/port_range.hpp"

#include <gtest/gtest.h>

namespace slipway {
namespace {

TEST(PortRange, IsReadAsItIsWritten) {
  const auto range = PortRange::parse("9000-9002");
  ASSERT_TRUE(range);
  EXPECT_EQ(*range, (PortRange{9000, 9002}));
  EXPECT_EQ(range->size(), 3u);
  EXPECT_EQ(range->text(), "9000-9002");
  EXPECT_EQ(PortRange::parse("1-65535")->size(), 65'535u);
}

TEST(PortRange, AnythingElseIsNone) {
  for (const char* text : {"", "-", "80", "80-", "-80", "80-80", "81-80", "0-80", "80-65536", "80-90-100",
                           " 80-90", "80- 90", "+80-90", "80-9x"})
    EXPECT_FALSE(PortRange::parse(text)) << text;
}

}  // namespace
}  // namespace slipway
