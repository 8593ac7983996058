#include "auth/policy/condition.hpp"

#include <algorithm>
#include <optional>

#include "base/encoding.hpp"

namespace slipway::auth::policy {
namespace {

struct Named {
  std::string_view name;
  Operator op;
  bool negated;
};
using enum Operator;
constexpr Named operators[] = {
    {"stringequals", string_equals, false},
    {"stringnotequals", string_equals, true},
    {"stringequalsignorecase", string_equals_ignore_case, false},
    {"stringnotequalsignorecase", string_equals_ignore_case, true},
    {"stringlike", string_like, false},
    {"stringnotlike", string_like, true},
    {"numericequals", numeric_equals, false},
    {"numericnotequals", numeric_equals, true},
    {"numericlessthan", numeric_less, false},
    {"numericlessthanequals", numeric_less_equals, false},
    {"numericgreaterthan", numeric_greater, false},
    {"numericgreaterthanequals", numeric_greater_equals, false},
    {"dateequals", date_equals, false},
    {"datenotequals", date_equals, true},
    {"datelessthan", date_less, false},
    {"datelessthanequals", date_less_equals, false},
    {"dategreaterthan", date_greater, false},
    {"dategreaterthanequals", date_greater_equals, false},
    {"bool", boolean, false},
    {"binaryequals", binary_equals, false},
    {"ipaddress", ip_address, false},
    {"notipaddress", ip_address, true},
    {"arnequals", arn_like, false},
    {"arnnotequals", arn_like, true},
    {"arnlike", arn_like, false},
    {"arnnotlike", arn_like, true},
    {"null", null, false},
};

// Each of the six parts is matched by itself (IAM user guide, "ARN condition operators").
bool arn_matches(const ArnPattern& pattern, std::string_view text, const Context& context) {
  if (pattern.size() == 1) return pattern.front().matches_anything();
  if (pattern.size() != 6) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const auto end = i == 5 ? text.size() : text.find(':');
    if (end == text.npos || !pattern[i].matches(text.substr(0, end), context)) return false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

template <class T>
bool compare(Operator op, const T& value, const T& operand) {
  switch (op) {
    case numeric_equals:
    case date_equals:
      return value == operand;
    case numeric_less:
    case date_less:
      return value < operand;
    case numeric_less_equals:
    case date_less_equals:
      return value <= operand;
    case numeric_greater:
    case date_greater:
      return value > operand;
    case numeric_greater_equals:
    case date_greater_equals:
      return value >= operand;
    default:
      return false;
  }
}

// Whether one value of the request matches one of the policy. One that the operator cannot read matches none.
struct Matcher {
  Operator op;
  std::string_view value;
  const Context& context;

  bool operator()(const Pattern& pattern) const {
    return pattern.matches(value, context, op == string_equals_ignore_case);
  }
  bool operator()(const ArnPattern& pattern) const { return arn_matches(pattern, value, context); }
  bool operator()(double operand) const {
    double number = 0;
    return parse_number(value, number) && compare(op, number, operand);
  }
  bool operator()(Instant operand) const {
    Instant time;
    return parse_date(value, time) && compare(op, time, operand);
  }
  bool operator()(bool operand) const { return lower(value) == (operand ? "true" : "false"); }
  bool operator()(const std::string& bytes) const { return unbase64(value) == bytes; }
  bool operator()(const IpRange& range) const {
    IpRange address;
    return IpRange::parse(value, address) && range.contains(address);
  }
};

}  // namespace

bool parse_operator(std::string_view name, Condition& out) {
  std::string text = lower(name);
  auto take_prefix = [&](std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.erase(0, prefix.size());
    return true;
  };
  if (take_prefix("forallvalues:"))
    out.quantifier = Quantifier::for_all_values;
  else if (take_prefix("foranyvalue:"))
    out.quantifier = Quantifier::for_any_value;
  if (text.ends_with("ifexists")) {
    out.if_exists = true;
    text.resize(text.size() - std::string_view("ifexists").size());
  }
  const auto* found = std::ranges::find(operators, text, &Named::name);
  if (found == std::end(operators) || (found->op == null && out.if_exists)) return false;
  out.op = found->op;
  out.negated = found->negated;
  return true;
}

bool Condition::holds(const Context& context) const {
  std::vector<std::string> values;
  const bool present = context.values(key, values) && !values.empty();
  if (op == Operator::null)
    return std::ranges::any_of(operands,
                               [&](const Operand& operand) { return std::get<bool>(operand) == !present; });
  if (!present) {
    if (if_exists || quantifier == Quantifier::for_all_values) return true;
    return quantifier == Quantifier::none && negated;
  }
  auto matches = [&](const std::string& value) {
    const Matcher matcher{op, value, context};
    return std::ranges::any_of(operands,
                               [&](const Operand& operand) { return std::visit(matcher, operand); });
  };
  switch (quantifier) {
    case Quantifier::for_all_values:
      return std::ranges::all_of(values, [&](const auto& value) { return matches(value) != negated; });
    case Quantifier::for_any_value:
      return std::ranges::any_of(values, [&](const auto& value) { return matches(value) != negated; });
    case Quantifier::none:
      break;
  }
  return std::ranges::any_of(values, matches) != negated;
}

}  // namespace slipway::auth::policy
