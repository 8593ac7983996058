#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "services/logs/filter_pattern.hpp"
#include "services/logs/filter_regex.hpp"

// What the kinds of filter patterns share.
namespace slipway::services::logs {

using MatcherPtr = std::shared_ptr<const FilterPattern::Matcher>;

Result<MatcherPtr> parse_terms(std::string_view text);
Result<MatcherPtr> parse_json_pattern(std::string_view text);    // { … }
Result<MatcherPtr> parse_fields_pattern(std::string_view text);  // [ … ]

// InvalidParameterException, in AWS's words for the first.
std::unexpected<Error> invalid_term(std::string_view characters);
std::unexpected<Error> invalid_pattern(std::string why);

// Reads a pattern from the left.
class PatternCursor {
 public:
  explicit PatternCursor(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  char peek() const { return text_.empty() ? '\0' : text_.front(); }
  void skip_spaces();
  bool take(std::string_view word);  // where it stands next, after spaces
  // "…" with \" and \\ inside, at its opening quote.
  Result<std::string> take_quoted();
  // %…%, at its opening sign. Counts the pattern's regular expressions.
  Result<FilterRegex> take_regex();
  // As many bytes as `allowed` takes.
  std::string_view take_while(bool (*allowed)(char));

 private:
  std::string_view text_;
  std::size_t regexes_ = 0;
};

bool is_alphanumeric(char c);                                     // and whatever is not ASCII
bool glob_matches(std::string_view glob, std::string_view text);  // '*': any run of bytes

// The right side of a condition: `= "x*"`, `> 1e3`, `!= %a+%`.
class Comparison {
 public:
  // At the operator.
  static Result<Comparison> take(PatternCursor& cursor);

  bool holds(std::string_view text) const;
  bool holds(double number, std::string_view text) const;

 private:
  enum class Operator { equal, not_equal, less, less_or_equal, greater, greater_or_equal };
  using Operand = std::variant<std::string, double, FilterRegex>;
  Operator operator_ = Operator::equal;
  Operand operand_;
};

}  // namespace slipway::services::logs
