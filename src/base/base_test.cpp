#include <gtest/gtest.h>

#include "base/arn.hpp"
#include "base/encoding.hpp"
#include "base/random.hpp"
#include "base/time.hpp"

namespace slipway {
namespace {

TEST(Time, FormatsAndParsesEachForm) {
  const Instant t{1'795'527'920'123};
  EXPECT_EQ(iso8601(t), "2026-11-24T13:45:20.123Z");
  EXPECT_EQ(iso8601(Instant{1'795'527'920'000}), "2026-11-24T13:45:20Z");
  EXPECT_EQ(amz_date(t), "20261124T134520Z");
  EXPECT_EQ(http_date(t), "Tue, 24 Nov 2026 13:45:20 GMT");
  EXPECT_EQ(parse_iso8601("2026-11-24T13:45:20.123Z"), t);
  EXPECT_EQ(parse_iso8601("2026-11-24T15:45:20.123+02:00"), t);
  EXPECT_EQ(parse_amz_date("20261124T134520Z"), Instant{1'795'527'920'000});
  EXPECT_EQ(parse_http_date("Tue, 24 Nov 2026 13:45:20 GMT"), Instant{1'795'527'920'000});
}

TEST(Time, RefusesWhatIsNotADate) {
  EXPECT_FALSE(parse_iso8601("2026-13-01T00:00:00Z"));
  EXPECT_FALSE(parse_iso8601("2026-02-30T00:00:00Z"));
  EXPECT_FALSE(parse_iso8601("2026-11-24T13:45:20"));
  EXPECT_FALSE(parse_iso8601("2026-11-24T13:45:20.Z"));
  EXPECT_FALSE(parse_amz_date("20261124T134520"));
  EXPECT_FALSE(parse_http_date("24 Nov 2026"));
}

TEST(Time, TimesBeyondTheCalendarPrintAsItsEnds) {
  EXPECT_EQ(iso8601(Instant{INT64_MIN}), "0000-01-01T00:00:00Z");
  EXPECT_EQ(iso8601(Instant{INT64_MAX}), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(amz_date(Instant{INT64_MAX}), "99991231T235959Z");
}

TEST(Encoding, Base64MeetsRfc4648Vectors) {
  const std::pair<const char*, const char*> vectors[] = {
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
  for (auto [plain, encoded] : vectors) {
    EXPECT_EQ(base64(plain), encoded);
    EXPECT_EQ(unbase64(encoded), plain);
  }
  EXPECT_FALSE(unbase64("Zg="));
  EXPECT_FALSE(unbase64("Z*=="));
  EXPECT_EQ(unbase64url(base64url("\xff\xfe\xfd?")), "\xff\xfe\xfd?");
}

TEST(Encoding, PercentEscapes) {
  EXPECT_EQ(percent_encode("a b/c~"), "a%20b%2Fc~");
  EXPECT_EQ(percent_encode("a b/c", true), "a%20b/c");
  EXPECT_EQ(percent_decode("a%20b+c", true), "a b c");
  EXPECT_EQ(percent_decode("a%2", false), std::nullopt);
  EXPECT_EQ(percent_decode("a%zz", false), std::nullopt);
}

TEST(Encoding, Utf8RefusesOverlongAndSurrogates) {
  EXPECT_TRUE(is_utf8("h\xc3\xa9llo \xf0\x9f\x9a\xa2"));
  EXPECT_FALSE(is_utf8("\xc0\xaf"));
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));
  EXPECT_FALSE(is_utf8("\xe2\x82"));
}

TEST(Arn, SplitsInSixAndKeepsColonsOfTheResource) {
  auto arn = Arn::parse("arn:aws:logs:us-east-1:000000000000:log-group:/ecs/hello:*");
  ASSERT_TRUE(arn);
  EXPECT_EQ(arn->resource, "log-group:/ecs/hello:*");
  EXPECT_EQ(arn->text(), "arn:aws:logs:us-east-1:000000000000:log-group:/ecs/hello:*");
  EXPECT_FALSE(Arn::parse("arn:aws:logs"));
  EXPECT_FALSE(Arn::parse("hello"));
}

TEST(Random, SeedsRepeatAndUuidsHaveTheirVersion) {
  SeededRandom a(7), b(7), c(8);
  EXPECT_EQ(random_hex(a, 32), random_hex(b, 32));
  EXPECT_NE(random_hex(a, 32), random_hex(c, 32));
  const std::string uuid = random_uuid(a);
  EXPECT_EQ(uuid.size(), 36u);
  EXPECT_EQ(uuid[14], '4');
}

}  // namespace
}  // namespace slipway
