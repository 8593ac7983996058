#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "auth/policy/context.hpp"
#include "auth/policy/pattern.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace slipway::auth::policy {

// An address range: IPv4 in its IPv4-mapped form, so that one comparison serves both.
struct IpRange {
  std::array<std::uint8_t, 16> address{};
  int bits = 128;
  bool v4 = false;

  // "203.0.113.0/24", "2001:DB8::/32", or one address. False for anything else.
  static bool parse(std::string_view text, IpRange& out);
  bool contains(const IpRange& other) const;
};

enum class Operator : std::uint8_t {
  string_equals,
  string_equals_ignore_case,
  string_like,
  numeric_equals,
  numeric_less,
  numeric_less_equals,
  numeric_greater,
  numeric_greater_equals,
  date_equals,
  date_less,
  date_less_equals,
  date_greater,
  date_greater_equals,
  boolean,
  binary_equals,
  ip_address,
  arn_like,
  null,
};

enum class Quantifier : std::uint8_t { none, for_all_values, for_any_value };

// Six patterns, one per part of an ARN; one for a lone "*".
using ArnPattern = std::vector<Pattern>;
using Operand = std::variant<Pattern, ArnPattern, double, Instant, bool, std::string, IpRange>;

// One operator, one key, its values: {"StringEquals": {"aws:username": ["bob", "alice"]}}.
struct Condition {
  Operator op = Operator::string_equals;
  bool negated = false;    // StringNotEquals and its like
  bool if_exists = false;  // …IfExists
  Quantifier quantifier = Quantifier::none;
  std::string name;  // of the key, as written
  std::string key;   // in lower case
  std::vector<Operand> operands;

  // As the IAM user guide says of condition operators: values are alternatives, of a negated operator none
  // may match; without the key only negated operators, …IfExists and ForAllValues hold.
  bool holds(const Context& context) const;
};

// "ForAnyValue:StringNotLikeIfExists" into all but key and operands. False for a name that is none.
bool parse_operator(std::string_view name, Condition& out);
// A value in the policy. Error: MalformedPolicyDocument, for what the operator cannot read.
Result<Operand> parse_operand(const Condition& condition, std::string_view text, bool variables);

// A number, a date (ISO 8601 in W3C's forms, or epoch seconds), as conditions write them.
bool parse_number(std::string_view text, double& out);
bool parse_date(std::string_view text, Instant& out);

}  // namespace slipway::auth::policy
