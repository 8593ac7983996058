#include "services/logs/filter_parts.hpp"

#include <charconv>

#include "base/limits.hpp"

namespace slipway::services::logs {
namespace {

bool is_operand(char c) {
  return is_alphanumeric(c) || std::string_view("_.*+-").contains(c);
}

std::optional<double> number_in(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [ptr, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || ptr != end) return std::nullopt;
  return value;
}

}  // namespace

std::unexpected<Error> invalid_term(std::string_view characters) {
  return fail("InvalidParameterException", "Invalid character(s) in term '" + std::string(characters) + "'");
}
std::unexpected<Error> invalid_pattern(std::string why) {
  return fail("InvalidParameterException", "Invalid filter pattern: " + std::move(why));
}

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
}

bool glob_matches(std::string_view glob, std::string_view text) {
  std::size_t g = 0, t = 0, star = glob.npos, retry = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      retry = t;
    } else if (g < glob.size() && glob[g] == text[t]) {
      ++g, ++t;
    } else if (star != glob.npos) {
      g = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  return glob.find_first_not_of('*', g) == glob.npos;
}

void PatternCursor::skip_spaces() {
  while (!text_.empty() && std::string_view(" \t\r\n").contains(text_.front())) text_.remove_prefix(1);
}

bool PatternCursor::take(std::string_view word) {
  skip_spaces();
  if (!text_.starts_with(word)) return false;
  text_.remove_prefix(word.size());
  return true;
}

Result<std::string> PatternCursor::take_quoted() {
  std::string text;
  for (std::size_t i = 1; i < text_.size(); ++i) {
    if (text_[i] == '"') {
      text_.remove_prefix(i + 1);
      return text;
    }
    if (text_[i] == '\\' && i + 1 < text_.size() && (text_[i + 1] == '"' || text_[i + 1] == '\\')) ++i;
    text += text_[i];
  }
  return invalid_pattern("a quotation mark is not closed");
}

Result<FilterRegex> PatternCursor::take_regex() {
  const auto end = text_.find('%', 1);
  if (end == text_.npos) return invalid_pattern("a regular expression is not closed with %");
  if (++regexes_ > limits::filter_regexes)
    return invalid_pattern("a pattern can have " + std::to_string(limits::filter_regexes) +
                           " regular expressions");
  auto regex = FilterRegex::parse(text_.substr(1, end - 1));
  text_.remove_prefix(end + 1);
  return regex;
}

std::string_view PatternCursor::take_while(bool (*allowed)(char)) {
  std::size_t size = 0;
  while (size < text_.size() && allowed(text_[size])) ++size;
  const std::string_view taken = text_.substr(0, size);
  text_.remove_prefix(size);
  return taken;
}

Result<Comparison> Comparison::take(PatternCursor& cursor) {
  Comparison comparison;
  using enum Operator;
  if (cursor.take("!="))
    comparison.operator_ = not_equal;
  else if (cursor.take(">="))
    comparison.operator_ = greater_or_equal;
  else if (cursor.take("<="))
    comparison.operator_ = less_or_equal;
  else if (cursor.take("="))
    comparison.operator_ = equal;
  else if (cursor.take(">"))
    comparison.operator_ = greater;
  else if (cursor.take("<"))
    comparison.operator_ = less;
  else
    return invalid_pattern("a comparison has no operator");

  cursor.skip_spaces();
  if (cursor.peek() == '"') {
    auto text = cursor.take_quoted();
    if (!text) return pass(text);
    comparison.operand_ = std::move(*text);
  } else if (cursor.peek() == '%') {
    auto regex = cursor.take_regex();
    if (!regex) return pass(regex);
    comparison.operand_ = std::move(*regex);
  } else {
    const std::string_view text = cursor.take_while(is_operand);
    if (text.empty() && cursor.at_end()) return invalid_pattern("a comparison has no right side");
    if (text.empty()) return invalid_term(std::string(1, cursor.peek()));
    if (const auto number = number_in(text))
      comparison.operand_ = *number;
    else
      comparison.operand_ = std::string(text);
  }
  const bool ordered = comparison.operator_ != equal && comparison.operator_ != not_equal;
  if (ordered && !std::holds_alternative<double>(comparison.operand_))
    return invalid_pattern("< and > compare numbers");
  return comparison;
}

bool Comparison::holds(std::string_view text) const {
  if (std::holds_alternative<double>(operand_)) {
    if (const auto number = number_in(text)) return holds(*number, text);
    return operator_ == Operator::not_equal;
  }
  const auto* regex = std::get_if<FilterRegex>(&operand_);
  const bool same = regex ? regex->found_in(text) : glob_matches(std::get<std::string>(operand_), text);
  return same == (operator_ == Operator::equal);
}

bool Comparison::holds(double number, std::string_view text) const {
  const double* operand = std::get_if<double>(&operand_);
  if (!operand) return holds(text);
  switch (operator_) {
    case Operator::equal:
      return number == *operand;
    case Operator::not_equal:
      return number != *operand;
    case Operator::less:
      return number < *operand;
    case Operator::less_or_equal:
      return number <= *operand;
    case Operator::greater:
      return number > *operand;
    case Operator::greater_or_equal:
      return number >= *operand;
  }
  return false;
}

}  // namespace slipway::services::logs
