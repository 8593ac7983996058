#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "auth/policy/condition.hpp"
#include "base/encoding.hpp"

// How the values of conditions are written.
namespace slipway::auth::policy {
namespace {

constexpr int v4_offset = 96;  // bits before an IPv4 address in its mapped form

std::unexpected<Error> unreadable(const Condition& condition, std::string_view text) {
  return fail("MalformedPolicyDocument", "Syntax errors in policy. The value \"" +
                                             std::string(text.substr(0, 100)) + "\" of the condition key " +
                                             condition.name + " is not of its operator's type.");
}

bool parse_prefix(std::string_view text, int most, int& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && out >= 0 && out <= most;
}

}  // namespace

bool IpRange::parse(std::string_view text, IpRange& out) {
  const auto slash = text.find('/');
  const std::string host(text.substr(0, slash));
  out = {};
  if (host.size() >= INET6_ADDRSTRLEN || host.find('\0') != host.npos) return false;
  if (::inet_pton(AF_INET, host.c_str(), out.address.data() + 12) == 1) {
    out.address[10] = out.address[11] = 0xff;
    out.v4 = true;
  } else if (::inet_pton(AF_INET6, host.c_str(), out.address.data()) != 1) {
    return false;
  }
  if (slash == text.npos) return true;
  int bits = 0;
  if (!parse_prefix(text.substr(slash + 1), out.v4 ? 32 : 128, bits)) return false;
  out.bits = out.v4 ? v4_offset + bits : bits;
  return true;
}

bool IpRange::contains(const IpRange& other) const {
  if (v4 != other.v4 || other.bits < bits) return false;
  const int whole = bits / 8, rest = bits % 8;
  if (std::memcmp(address.data(), other.address.data(), std::size_t(whole)) != 0) return false;
  if (rest == 0) return true;
  const auto mask = std::uint8_t(0xff << (8 - rest));
  return (address[std::size_t(whole)] & mask) == (other.address[std::size_t(whole)] & mask);
}

bool parse_number(std::string_view text, double& out) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(out);
}

bool parse_date(std::string_view text, Instant& out) {
  if (text.empty() || text.size() > 40) return false;
  if (std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }) && text.size() != 4) {
    double seconds = 0;
    if (text.size() > 12 || !parse_number(text, seconds)) return false;
    out.ms = std::int64_t(seconds) * 1'000;
    return true;
  }
  std::string full(text);
  if (full.size() == 4) full += "-01";                          // a year
  if (full.size() == 7) full += "-01";                          // a month
  if (full.size() == 10) full += "T00:00:00Z";                  // a day
  if (full.size() == 17 && full[13] == ':' && full[16] == 'Z')  // minutes
    full.insert(16, ":00");
  const auto parsed = parse_iso8601(full);
  if (!parsed) return false;
  out = *parsed;
  return true;
}

Result<Operand> parse_operand(const Condition& condition, std::string_view text, bool variables) {
  switch (condition.op) {
    case Operator::string_equals:
    case Operator::string_equals_ignore_case:
      return Pattern::compile(text, Wildcards::none, variables);
    case Operator::string_like:
      return Pattern::compile(text, Wildcards::text, variables);
    case Operator::arn_like:
      return Pattern::compile(text, Wildcards::text, variables).parts(6);
    case Operator::numeric_equals:
    case Operator::numeric_less:
    case Operator::numeric_less_equals:
    case Operator::numeric_greater:
    case Operator::numeric_greater_equals:
      if (double number = 0; parse_number(text, number)) return number;
      break;
    case Operator::date_equals:
    case Operator::date_less:
    case Operator::date_less_equals:
    case Operator::date_greater:
    case Operator::date_greater_equals:
      if (Instant time; parse_date(text, time)) return time;
      break;
    case Operator::boolean:
    case Operator::null:
      if (const std::string word = lower(text); word == "true" || word == "false") return word == "true";
      break;
    case Operator::binary_equals:
      if (auto bytes = unbase64(text)) return std::move(*bytes);
      break;
    case Operator::ip_address:
      if (IpRange range; IpRange::parse(text, range)) return range;
      break;
  }
  return unreadable(condition, text);
}

}  // namespace slipway::auth::policy
