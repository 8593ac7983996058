#include "wire/codec/text.hpp"

#include <charconv>
#include <cmath>
#include <limits>

#include "base/encoding.hpp"

namespace slipway::wire {

namespace {

constexpr std::int64_t first_second = -62'135'596'800;  // 0001-01-01T00:00:00Z
constexpr std::int64_t last_second = 253'402'300'799;   // 9999-12-31T23:59:59Z

bool in_range(std::int64_t value, Type type) {
  using Int = std::numeric_limits<std::int32_t>;
  return type == Type::long_ || (value >= Int::min() && value <= Int::max());
}

// "Sun, 02 Jan 2000 20:34:56.456 GMT": http-date with the fraction that smithy allows.
std::optional<Instant> parse_http_date_with_fraction(std::string_view text) {
  std::size_t dot = text.find('.');
  if (dot == text.npos) return parse_http_date(text);
  std::size_t end = text.find(' ', dot);
  if (end == text.npos || end - dot < 2) return std::nullopt;
  std::optional<double> fraction = parse_number("0" + std::string(text.substr(dot, end - dot)));
  std::optional<Instant> whole =
      parse_http_date(std::string(text.substr(0, dot)) + std::string(text.substr(end)));
  if (!fraction || !whole) return std::nullopt;
  return *whole + std::llround(*fraction * 1000);
}

}  // namespace

void append_integer(std::string& out, std::int64_t value) {
  char digits[24];
  auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  out.append(digits, end);
}

void append_number(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "Infinity" : "-Infinity";
  } else {
    char digits[32];
    auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
    out.append(digits, end);
  }
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_number(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::size_t utf8_sequence(const char* at, const char* end) {
  auto byte = [&](int i) { return static_cast<unsigned char>(at[i]); };
  auto follows = [&](int i) { return (byte(i) & 0xc0) == 0x80; };
  unsigned char first = byte(0);
  if (first < 0x80) return 1;
  std::ptrdiff_t left = end - at;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return left >= 2 && follows(1) ? 2 : 0;
  if (first < 0xf0) {
    if (left < 3 || !follows(1) || !follows(2)) return 0;
    bool overlong = first == 0xe0 && byte(1) < 0xa0;
    bool surrogate = first == 0xed && byte(1) >= 0xa0;
    return overlong || surrogate ? 0 : 3;
  }
  if (first > 0xf4 || left < 4 || !follows(1) || !follows(2) || !follows(3)) return 0;
  bool overlong = first == 0xf0 && byte(1) < 0x90;
  bool beyond = first == 0xf4 && byte(1) >= 0x90;
  return overlong || beyond ? 0 : 4;
}

void append_timestamp(std::string& out, Instant time, TimestampFormat format) {
  if (format == TimestampFormat::iso8601) {
    out += iso8601(time);
  } else if (format == TimestampFormat::http_date) {
    out += http_date(time);
  } else {
    std::int64_t ms = time.ms;
    if (ms < 0) {
      out += '-';
      ms = -ms;
    }
    append_integer(out, ms / 1000);
    if (ms % 1000 == 0) return;
    char digits[] = {'.', static_cast<char>('0' + ms % 1000 / 100), static_cast<char>('0' + ms % 100 / 10),
                     static_cast<char>('0' + ms % 10)};
    std::size_t length = digits[3] != '0' ? 4 : digits[2] != '0' ? 3 : 2;
    out.append(digits, length);
  }
}

std::optional<Instant> timestamp_from_seconds(double seconds) {
  if (!(seconds >= first_second && seconds <= last_second)) return std::nullopt;
  return Instant{std::llround(seconds * 1000)};
}

std::optional<Instant> parse_timestamp(std::string_view text) {
  if (std::optional<Instant> time = parse_iso8601(text)) return time;
  if (std::optional<Instant> time = parse_http_date_with_fraction(text)) return time;
  if (std::optional<double> seconds = parse_number(text)) return timestamp_from_seconds(*seconds);
  return std::nullopt;
}

void append_scalar(std::string& out, const Member& member, const Value& value, TimestampFormat by_protocol) {
  switch (value.kind()) {
    case Kind::boolean:
      out += value.boolean() ? "true" : "false";
      break;
    case Kind::integer:
      // An integer where the model wants a fraction ("1" for a double) reads the same.
      append_integer(out, value.integer());
      break;
    case Kind::number:
      append_number(out, value.number());
      break;
    case Kind::blob:
      out += base64(value.string());
      break;
    case Kind::instant: {
      TimestampFormat format = member.timestamp_format;
      append_timestamp(out, value.instant(), format == TimestampFormat::by_protocol ? by_protocol : format);
      break;
    }
    default:
      out += value.string();
  }
}

std::optional<Value> parse_scalar(const Shape& shape, std::string_view text) {
  switch (shape.type) {
    case Type::boolean:
      if (text == "true" || text == "True" || text == "TRUE") return Value(true);
      if (text == "false" || text == "False" || text == "FALSE") return Value(false);
      return std::nullopt;
    case Type::integer:
    case Type::long_: {
      std::optional<std::int64_t> number = parse_integer(text);
      if (!number || !in_range(*number, shape.type)) return std::nullopt;
      return Value(*number);
    }
    case Type::float_:
    case Type::double_: {
      std::optional<double> number = parse_number(text);
      return number ? std::optional<Value>(*number) : std::nullopt;
    }
    case Type::timestamp: {
      std::optional<Instant> time = parse_timestamp(text);
      return time ? std::optional<Value>(*time) : std::nullopt;
    }
    case Type::blob: {
      std::optional<std::string> bytes = unbase64(text);
      return bytes ? std::optional<Value>(Value::blob(*bytes)) : std::nullopt;
    }
    default:
      return Value(text);
  }
}

const Member* member_after(const Shape& shape, std::string_view key, std::size_t& hint) {
  if (hint < shape.members.size() && shape.members[hint].name == key) return &shape.members[hint++];
  const Member* found = shape.member(key);
  if (found) hint = static_cast<std::size_t>(found - shape.members.data()) + 1;
  return found;
}

const Member* wire_member_after(const Shape& shape, std::string_view key, std::size_t& hint) {
  if (hint < shape.members.size() && shape.members[hint].wire_name == key) return &shape.members[hint++];
  const Member* found = shape.member_on_wire(key);
  if (found) hint = static_cast<std::size_t>(found - shape.members.data()) + 1;
  return found;
}

}  // namespace slipway::wire
