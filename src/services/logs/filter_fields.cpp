#include <vector>

#include "services/logs/filter_expression.hpp"

namespace slipway::services::logs {
namespace {

struct Field {
  std::optional<Expression<Comparison>> expression;  // nothing: any text

  bool matches(std::string_view text) const {
    return !expression ||
           expression->holds([&](const Comparison& comparison) { return comparison.holds(text); });
  }
};

struct Word {
  std::string_view text;  // without its quotes or brackets
  std::size_t begin = 0;  // where it starts in the message, with them
};

// At spaces; what stands in "…" or […] is one word.
std::vector<Word> words_of(std::string_view message, std::size_t words_max) {
  std::vector<Word> words;
  std::size_t at = 0;
  while (words.size() < words_max) {
    at = message.find_first_not_of(" \t\r\n", at);
    if (at == message.npos) break;
    const std::size_t begin = at;
    const char closing = message[at] == '"' ? '"' : message[at] == '[' ? ']' : '\0';
    const auto close = closing ? message.find(closing, at + 1) : message.npos;
    if (close != message.npos) {
      words.push_back({message.substr(at + 1, close - at - 1), begin});
      at = close + 1;
    } else {
      at = std::min(message.find_first_of(" \t\r\n", at), message.size());
      words.push_back({message.substr(begin, at - begin), begin});
    }
  }
  return words;
}

struct FieldsPattern final : FilterPattern::Matcher {
  std::vector<Field> head, tail;  // before and after the ellipsis
  bool ellipsis = false;

  static constexpr std::size_t words_max = 1'000;

  bool matches(std::string_view message) const override {
    std::vector<Word> words = words_of(message, words_max);
    if (words.size() < head.size() + tail.size()) return false;
    // Without an ellipsis the last field takes the rest of the message: [w1=ERROR, w2] means "ERROR, and
    // more".
    if (!ellipsis && words.size() > head.size())
      words[head.size() - 1].text = message.substr(words[head.size() - 1].begin);
    for (std::size_t i = 0; i < head.size(); ++i)
      if (!head[i].matches(words[i].text)) return false;
    for (std::size_t i = 0; i < tail.size(); ++i)
      if (!tail[i].matches(words[words.size() - tail.size() + i].text)) return false;
    return true;
  }
};

bool is_field_name(char c) {
  return is_alphanumeric(c) || c == '_' || c == '-' || c == '$';
}

// name, or conditions on it: `status = 404 || status = 410`.
Result<Field> take_field(PatternCursor& cursor) {
  cursor.skip_spaces();
  PatternCursor ahead = cursor;
  while (ahead.take("(")) continue;
  ahead.skip_spaces();
  const std::string name(ahead.take_while(is_field_name));
  ahead.skip_spaces();
  if (ahead.peek() == ',' || ahead.peek() == ']') {
    cursor = ahead;
    return Field{};
  }
  auto expression = Expression<Comparison>::take(cursor, [&](PatternCursor& at) -> Result<Comparison> {
    at.skip_spaces();
    if (at.take_while(is_field_name) != name)
      return invalid_pattern("the conditions of a field name that field");
    return Comparison::take(at);
  });
  if (!expression) return pass(expression);
  return Field{std::move(*expression)};
}

}  // namespace

Result<MatcherPtr> parse_fields_pattern(std::string_view text) {
  auto pattern = std::make_shared<FieldsPattern>();
  PatternCursor cursor(text);
  cursor.take("[");
  do {
    if (cursor.take("...")) {
      if (pattern->ellipsis) return invalid_pattern("a pattern can have one ellipsis");
      pattern->ellipsis = true;
      continue;
    }
    auto field = take_field(cursor);
    if (!field) return pass(field);
    (pattern->ellipsis ? pattern->tail : pattern->head).push_back(std::move(*field));
  } while (cursor.take(","));
  if (!cursor.take("]"))
    return cursor.at_end() ? invalid_pattern("a [ is not closed")
                           : invalid_term(std::string(1, cursor.peek()));
  cursor.skip_spaces();
  if (!cursor.at_end()) return invalid_term(std::string(1, cursor.peek()));
  return pattern;
}

}  // namespace slipway::services::logs
