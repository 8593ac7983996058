#include <charconv>
#include <vector>

#include "services/logs/filter_expression.hpp"
#include "wire/json_text.hpp"

namespace slipway::services::logs {
namespace {

constexpr std::size_t wildcards_per_selector = 1;
constexpr std::size_t wildcards_per_pattern = 3;
constexpr std::size_t message_bytes_max = 1024 * 1024;

// One step of `$.users[0].name`: a member, an element, or all of either.
struct Step {
  enum class Kind { member, element, all_members, all_elements } kind;
  std::string name;
  std::size_t index = 0;
};
using Selector = std::vector<Step>;

enum class Test { compares, is_null, is_true, is_false, not_exists };

struct Condition {
  Selector selector;
  Test test = Test::compares;
  Comparison comparison;
};

bool is_selector_name(char c) {
  return is_alphanumeric(c) || c == '_' || c == '-';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// [0], [*] or ['name with.dots'], after the bracket.
Result<Step> take_bracket(PatternCursor& cursor) {
  Step step{Step::Kind::element, {}, 0};
  if (cursor.take("*")) {
    step.kind = Step::Kind::all_elements;
  } else if (cursor.take("'")) {
    step.kind = Step::Kind::member;
    step.name = cursor.take_while([](char c) { return c != '\''; });
    if (!cursor.take("'")) return invalid_pattern("a name in brackets is not closed");
  } else {
    const std::string_view digits = cursor.take_while(is_digit);
    if (digits.empty() ||
        std::from_chars(digits.data(), digits.data() + digits.size(), step.index).ec != std::errc())
      return invalid_pattern("brackets take a number, * or a name in single quotes");
  }
  if (!cursor.take("]")) return invalid_pattern("a bracket is not closed");
  return step;
}

Result<Step> take_step(PatternCursor& cursor) {
  if (cursor.take("[")) return take_bracket(cursor);
  if (cursor.take("*")) return Step{Step::Kind::all_members, {}, 0};
  const std::string_view name = cursor.take_while(is_selector_name);
  if (name.empty()) return invalid_term(cursor.at_end() ? "" : std::string(1, cursor.peek()));
  return Step{Step::Kind::member, std::string(name), 0};
}

bool is_wildcard(const Step& step) {
  return step.kind == Step::Kind::all_members || step.kind == Step::Kind::all_elements;
}

Result<Selector> take_selector(PatternCursor& cursor) {
  if (!cursor.take("$")) return invalid_term(cursor.at_end() ? "" : std::string(1, cursor.peek()));
  Selector selector;
  while (cursor.peek() == '.' || cursor.peek() == '[') {
    if (cursor.peek() == '.') cursor.take(".");
    auto step = take_step(cursor);
    if (!step) return pass(step);
    selector.push_back(std::move(*step));
  }
  if (selector.empty()) return invalid_pattern("a property selector starts with $.");
  if (std::size_t(std::ranges::count_if(selector, is_wildcard)) > wildcards_per_selector)
    return invalid_pattern("a property selector can have one wildcard");
  return selector;
}

Result<Condition> take_condition(PatternCursor& cursor) {
  Condition condition;
  auto selector = take_selector(cursor);
  if (!selector) return pass(selector);
  condition.selector = std::move(*selector);
  if (cursor.take("NOT")) {
    if (!cursor.take("EXISTS")) return invalid_pattern("NOT is followed by EXISTS");
    condition.test = Test::not_exists;
  } else if (cursor.take("IS")) {
    if (cursor.take("NULL"))
      condition.test = Test::is_null;
    else if (cursor.take("TRUE"))
      condition.test = Test::is_true;
    else if (cursor.take("FALSE"))
      condition.test = Test::is_false;
    else
      return invalid_pattern("IS is followed by NULL, TRUE or FALSE");
  } else {
    auto comparison = Comparison::take(cursor);
    if (!comparison) return pass(comparison);
    condition.comparison = std::move(*comparison);
  }
  return condition;
}

// Calls visit(node) for what the steps lead to until it returns true; whether it did. JSON's null is an
// absent value that is there.
template <class Visit>
bool any_node(std::span<const Step> steps, const wire::Value& node, Visit&& visit) {
  if (steps.empty()) return visit(node);
  const Step& step = steps.front();
  const auto rest = steps.subspan(1);
  const auto follow = [&](const wire::Value& child) { return any_node(rest, child, visit); };
  switch (step.kind) {
    case Step::Kind::member: {
      const wire::Value* child = node.find(step.name);
      return child && follow(*child);
    }
    case Step::Kind::element:
      return step.index < node.items().size() && follow(node.at(step.index));
    case Step::Kind::all_members:
      return std::ranges::any_of(node.entries(), [&](const auto& entry) { return follow(entry.value); });
    case Step::Kind::all_elements:
      return std::ranges::any_of(node.items(), follow);
  }
  return false;
}

bool test_holds(const Condition& condition, const wire::Value& node) {
  switch (condition.test) {
    case Test::is_null:
      return node.absent();
    case Test::is_true:
      return node.is(wire::Kind::boolean) && node.boolean();
    case Test::is_false:
      return node.is(wire::Kind::boolean) && !node.boolean();
    case Test::not_exists:
      return true;
    case Test::compares:
      break;
  }
  switch (node.kind()) {
    case wire::Kind::string:
      return condition.comparison.holds(node.string());
    case wire::Kind::boolean:
      return condition.comparison.holds(node.boolean() ? "true" : "false");
    case wire::Kind::integer:
    case wire::Kind::number:
      return condition.comparison.holds(node.number(), wire::write_json(node));
    default:
      return false;  // null, and arrays and objects, are no values to compare
  }
}

struct JsonPattern final : FilterPattern::Matcher {
  Expression<Condition> expression;

  bool matches(std::string_view message) const override {
    const auto start = message.find_first_not_of(" \t\r\n");
    if (start == message.npos || (message[start] != '{' && message[start] != '[')) return false;
    const auto document = wire::parse_json(message, message_bytes_max);
    if (!document) return false;
    return expression.holds([&](const Condition& condition) {
      const bool found = any_node(std::span<const Step>(condition.selector), *document,
                                  [&](const wire::Value& node) { return test_holds(condition, node); });
      return condition.test == Test::not_exists ? !found : found;
    });
  }
};

}  // namespace

Result<MatcherPtr> parse_json_pattern(std::string_view text) {
  PatternCursor cursor(text);
  cursor.take("{");
  std::size_t wildcards = 0;
  auto expression = Expression<Condition>::take(cursor, [&](PatternCursor& at) -> Result<Condition> {
    auto condition = take_condition(at);
    if (condition) wildcards += std::size_t(std::ranges::count_if(condition->selector, is_wildcard));
    return condition;
  });
  if (!expression) return pass(expression);
  if (wildcards > wildcards_per_pattern)
    return invalid_pattern("a pattern can have three wildcard selectors");
  if (!cursor.take("}"))
    return cursor.at_end() ? invalid_pattern("a { is not closed")
                           : invalid_term(std::string(1, cursor.peek()));
  cursor.skip_spaces();
  if (!cursor.at_end()) return invalid_term(std::string(1, cursor.peek()));
  auto pattern = std::make_shared<JsonPattern>();
  pattern->expression = std::move(*expression);
  return pattern;
}

}  // namespace slipway::services::logs
