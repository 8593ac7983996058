#include <algorithm>
#include <vector>

#include "services/logs/filter_parts.hpp"

namespace slipway::services::logs {
namespace {

// Text or a regular expression, to be found anywhere in a message. Letter case counts.
struct Term {
  std::string text;
  std::optional<FilterRegex> regex;

  bool found_in(std::string_view message) const {
    return regex ? regex->found_in(message) : message.contains(text);
  }
};

struct Terms final : FilterPattern::Matcher {
  std::vector<Term> required, excluded, any;

  bool matches(std::string_view message) const override {
    const auto found = [&](const Term& term) { return term.found_in(message); };
    return std::ranges::all_of(required, found) && std::ranges::none_of(excluded, found) &&
           (any.empty() || std::ranges::any_of(any, found));
  }
};

Result<Term> take_term(PatternCursor& cursor) {
  Term term;
  if (cursor.peek() == '%') {
    auto regex = cursor.take_regex();
    if (!regex) return pass(regex);
    term.regex = std::move(*regex);
  } else if (cursor.peek() == '"') {
    auto text = cursor.take_quoted();
    if (!text) return pass(text);
    // A phrase of spaces alone is how a console's user says "everything".
    if (text->find_first_not_of(' ') != text->npos) term.text = std::move(*text);
  } else {
    term.text = cursor.take_while([](char c) { return is_alphanumeric(c) || c == '_'; });
    if (term.text.empty()) return invalid_term(cursor.at_end() ? "" : std::string(1, cursor.peek()));
  }
  return term;
}

}  // namespace

Result<MatcherPtr> parse_terms(std::string_view text) {
  auto terms = std::make_shared<Terms>();
  PatternCursor cursor(text);
  for (cursor.skip_spaces(); !cursor.at_end(); cursor.skip_spaces()) {
    auto& kind = cursor.take("-") ? terms->excluded : cursor.take("?") ? terms->any : terms->required;
    auto term = take_term(cursor);
    if (!term) return pass(term);
    kind.push_back(std::move(*term));
    if (!cursor.at_end() && !std::string_view(" \t\r\n").contains(cursor.peek()))
      return invalid_term(std::string(1, cursor.peek()));
  }
  // "If you combine ? with other filter patterns, all question mark terms will be ignored" (user guide).
  if (!terms->required.empty() || !terms->excluded.empty()) terms->any.clear();
  return terms;
}

}  // namespace slipway::services::logs
