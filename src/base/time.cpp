#include "base/time.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace slipway {
namespace {

using namespace std::chrono;

struct Broken {
  int year;
  unsigned month, day;
  int hour, minute, second, millisecond;
  unsigned weekday;
};

// The years that the forms below have room for; what lies beyond (damaged rows, nonsense from a peer) prints
// as one of the ends.
constexpr std::int64_t first_ms = -62'167'219'200'000;  // 0000-01-01T00:00:00Z
constexpr std::int64_t last_ms = 253'402'300'799'999;   // 9999-12-31T23:59:59.999Z

Broken broken_down(Instant t) {
  auto point = sys_time<milliseconds>(milliseconds(std::clamp(t.ms, first_ms, last_ms)));
  auto day = floor<days>(point);
  year_month_day date(day);
  hh_mm_ss<milliseconds> clock(point - day);
  return {int(date.year()),
          unsigned(date.month()),
          unsigned(date.day()),
          int(clock.hours().count()),
          int(clock.minutes().count()),
          int(clock.seconds().count()),
          int(clock.subseconds().count()),
          weekday(day).c_encoding()};
}

template <class... Args>
std::string print(const char* format, Args... args) {
  std::array<char, 64> text;
  int length = std::snprintf(text.data(), text.size(), format, args...);
  return std::string(text.data(), std::size_t(length));
}

// Reads exactly `digits` decimal digits off the front of `text`.
bool take_number(std::string_view& text, std::size_t digits, int& value) {
  if (text.size() < digits) return false;
  value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return true;
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

std::optional<Instant> compose(int y, int mo, int d, int h, int mi, int s, std::int64_t ms) {
  year_month_day date{year(y), month(unsigned(mo)), day(unsigned(d))};
  if (!date.ok() || h > 23 || mi > 59 || s > 60) return std::nullopt;
  auto total = sys_days(date).time_since_epoch() + hours(h) + minutes(mi) + seconds(s);
  return Instant{duration_cast<milliseconds>(total).count() + ms};
}

constexpr std::array<const char*, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::string iso8601(Instant t) {
  Broken b = broken_down(t);
  if (b.millisecond != 0) return iso8601_ms(t);
  return print("%04d-%02u-%02uT%02d:%02d:%02dZ", b.year, b.month, b.day, b.hour, b.minute, b.second);
}

std::string iso8601_ms(Instant t) {
  Broken b = broken_down(t);
  return print("%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", b.year, b.month, b.day, b.hour, b.minute, b.second,
               b.millisecond);
}

std::string amz_date(Instant t) {
  Broken b = broken_down(t);
  return print("%04d%02u%02uT%02d%02d%02dZ", b.year, b.month, b.day, b.hour, b.minute, b.second);
}

std::string http_date(Instant t) {
  Broken b = broken_down(t);
  return print("%s, %02u %s %04d %02d:%02d:%02d GMT", weekdays[b.weekday], b.day, months[b.month - 1], b.year,
               b.hour, b.minute, b.second);
}

std::optional<Instant> parse_iso8601(std::string_view text) {
  int y, mo, d, h, mi, s;
  if (!take_number(text, 4, y) || !take(text, "-") || !take_number(text, 2, mo) || !take(text, "-") ||
      !take_number(text, 2, d))
    return std::nullopt;
  if (text.empty()) return compose(y, mo, d, 0, 0, 0, 0);
  if (!(take(text, "T") || take(text, "t") || take(text, " ")) || !take_number(text, 2, h) ||
      !take(text, ":") || !take_number(text, 2, mi) || !take(text, ":") || !take_number(text, 2, s))
    return std::nullopt;
  std::int64_t ms = 0;
  if (take(text, ".")) {
    int scale = 100, digit, count = 0;
    while (take_number(text, 1, digit)) {
      ms += digit * scale;
      scale /= 10;
      ++count;
    }
    if (count == 0) return std::nullopt;
  }
  std::int64_t offset_minutes = 0;
  if (!take(text, "Z") && !take(text, "z")) {
    int sign = take(text, "+") ? 1 : take(text, "-") ? -1 : 0, oh, om;
    if (sign == 0 || !take_number(text, 2, oh) || !take(text, ":") || !take_number(text, 2, om))
      return std::nullopt;
    offset_minutes = sign * (oh * 60 + om);
  }
  if (!text.empty()) return std::nullopt;
  auto result = compose(y, mo, d, h, mi, s, ms);
  if (result) result->ms -= offset_minutes * 60'000;
  return result;
}

std::optional<Instant> parse_amz_date(std::string_view text) {
  int y, mo, d, h, mi, s;
  if (!take_number(text, 4, y) || !take_number(text, 2, mo) || !take_number(text, 2, d) || !take(text, "T") ||
      !take_number(text, 2, h) || !take_number(text, 2, mi) || !take_number(text, 2, s) || text != "Z")
    return std::nullopt;
  return compose(y, mo, d, h, mi, s, 0);
}

std::optional<Instant> parse_http_date(std::string_view text) {
  int d, y, h, mi, s, mo = 0;
  if (text.size() < 5 || text[3] != ',' || text[4] != ' ') return std::nullopt;
  text.remove_prefix(5);
  if (!take_number(text, 2, d) || !take(text, " ")) return std::nullopt;
  for (std::size_t i = 0; i < months.size(); ++i)
    if (mo == 0 && take(text, months[i])) mo = int(i) + 1;
  if (mo == 0 || !take(text, " ") || !take_number(text, 4, y) || !take(text, " ") ||
      !take_number(text, 2, h) || !take(text, ":") || !take_number(text, 2, mi) || !take(text, ":") ||
      !take_number(text, 2, s))
    return std::nullopt;
  std::int64_t ms = 0;
  if (take(text, ".")) {
    int scale = 100, digit;
    while (take_number(text, 1, digit)) {
      ms += digit * scale;
      scale /= 10;
    }
  }
  if (text != " GMT") return std::nullopt;
  return compose(y, mo, d, h, mi, s, ms);
}

Instant SystemClock::now() {
  return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

}  // namespace slipway
