#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slipway {

// A point in wall-clock time: milliseconds since 1970-01-01T00:00:00Z. Zero means "not set" in entities.
struct Instant {
  std::int64_t ms = 0;

  auto operator<=>(const Instant&) const = default;
  explicit operator bool() const { return ms != 0; }
};

constexpr Instant operator+(Instant t, std::int64_t milliseconds) {
  return {t.ms + milliseconds};
}
constexpr Instant operator-(Instant t, std::int64_t milliseconds) {
  return {t.ms - milliseconds};
}
constexpr std::int64_t operator-(Instant a, Instant b) {
  return a.ms - b.ms;
}

// "2026-11-24T13:45:20Z", with ".123" before the Z when there are milliseconds (ISO 8601; restXml, Query,
// EC2).
std::string iso8601(Instant);
// "2026-11-24T13:45:20.123Z": always with milliseconds (EC2's and EventBridge's form).
std::string iso8601_ms(Instant);
// "20261124T134520Z" (SigV4's x-amz-date).
std::string amz_date(Instant);
// "Tue, 24 Nov 2026 13:45:20 GMT" (RFC 7231 IMF-fixdate; smithy http-date).
std::string http_date(Instant);

// Each returns nothing for text that is not exactly of its form. parse_iso8601 takes fractions and offsets
// ("+02:00").
std::optional<Instant> parse_iso8601(std::string_view);
std::optional<Instant> parse_amz_date(std::string_view);
std::optional<Instant> parse_http_date(std::string_view);

// Where the time comes from. The real one reads the system clock; the simulator's is set by hand.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() = 0;
};

class SystemClock final : public Clock {
 public:
  Instant now() override;
};

}  // namespace slipway
