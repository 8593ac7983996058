// Without parentheses an alternative is a row of bytes, each perhaps optional or repeating, so the set of
// places where a match can stand is all the state there is: no backtracking, whatever the pattern.
#include "services/logs/filter_regex.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/limits.hpp"
#include "services/logs/filter_parts.hpp"

namespace slipway::services::logs {
namespace {

using Bytes = std::bitset<256>;

bool is_literal(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view(" :_#=@/;,-").contains(c);
}

Bytes only(char c) {
  Bytes bytes;
  bytes.set(std::uint8_t(c));
  return bytes;
}

Bytes range(char from, char to) {
  Bytes bytes;
  for (int c = std::uint8_t(from); c <= std::uint8_t(to); ++c) bytes.set(std::size_t(c));
  return bytes;
}

struct Counts {
  std::size_t min = 1;
  std::optional<std::size_t> max = 1;  // nothing: any number
};

}  // namespace

class RegexParser {
 public:
  explicit RegexParser(std::string_view text) : text_(text) {}

  Result<FilterRegex> parse() {
    FilterRegex regex;
    do {
      auto alternative = take_alternative();
      if (!alternative) return pass(alternative);
      regex.alternatives_.push_back(std::move(*alternative));
    } while (take('|'));
    if (!text_.empty()) return invalid_term(text_.substr(0, 1));
    return regex;
  }

 private:
  Result<FilterRegex::Alternative> take_alternative() {
    FilterRegex::Alternative alternative;
    alternative.at_start = take('^');
    while (!text_.empty() && text_.front() != '|') {
      if (text_.front() == '$' && (text_.size() == 1 || text_[1] == '|')) {
        text_.remove_prefix(1);
        alternative.at_end = true;
        break;
      }
      auto bytes = take_bytes();
      if (!bytes) return pass(bytes);
      auto counts = take_counts();
      if (!counts) return pass(counts);
      append(alternative.states, *bytes, *counts);
      if (alternative.states.size() > limits::filter_regex_states)
        return invalid_pattern("the regular expression is too long");
    }
    return alternative;
  }

  static void append(std::vector<FilterRegex::State>& states, const Bytes& bytes, const Counts& counts) {
    const std::size_t max = counts.max.value_or(counts.min + 1);
    for (std::size_t i = 0; i < max; ++i)
      states.push_back({bytes, i >= counts.min, !counts.max && i == counts.min});
  }

  Result<Bytes> take_bytes() {
    const char c = text_.front();
    if (c == '[') return take_class();
    if (c == '\\') return take_escape();
    text_.remove_prefix(1);
    if (c == '.') return ~Bytes();
    if (!is_literal(c)) return invalid_term(std::string_view(&c, 1));
    return only(c);
  }

  Result<Bytes> take_escape() {
    text_.remove_prefix(1);
    if (text_.empty()) return invalid_pattern("a regular expression ends in \\");
    const char c = text_.front();
    text_.remove_prefix(1);
    const Bytes digit = range('0', '9'), space = only(' ') | only('\t') | only('\n');
    const Bytes word = range('a', 'z') | range('A', 'Z') | digit | only('_');
    switch (c) {
      case 'd':
        return digit;
      case 'D':
        return ~digit;
      case 's':
        return space;
      case 'S':
        return ~space;
      case 'w':
        return word;
      case 'W':
        return ~word;
      case 'x':
        return take_hex();
      default:
        break;
    }
    if (is_alphanumeric(c))
      return invalid_pattern("\\" + std::string(1, c) + " means nothing in a regular expression");
    return only(c);
  }

  Result<Bytes> take_hex() {
    unsigned byte = 0;
    const char* begin = text_.data();
    if (text_.size() < 2 || std::from_chars(begin, begin + 2, byte, 16).ptr != begin + 2)
      return invalid_pattern("\\x takes two hexadecimal digits");
    text_.remove_prefix(2);
    return only(char(byte));
  }

  Result<Bytes> take_class() {
    text_.remove_prefix(1);
    const bool negated = take('^');
    Bytes bytes;
    while (!text_.empty() && text_.front() != ']') {
      char from = text_.front();
      if (from == '\\') {
        auto escaped = take_escape();
        if (!escaped) return escaped;
        bytes |= *escaped;
        continue;
      }
      text_.remove_prefix(1);
      char to = from;
      if (text_.size() >= 2 && text_[0] == '-' && text_[1] != ']') {
        to = text_[1];
        text_.remove_prefix(2);
      }
      if (to < from) return invalid_pattern("a range of a regular expression runs backwards");
      bytes |= range(from, to);
    }
    if (!take(']')) return invalid_pattern("a [ of a regular expression is not closed");
    return negated ? ~bytes : bytes;
  }

  Result<Counts> take_counts() {
    if (take('?')) return Counts{0, 1};
    if (take('*')) return Counts{0, std::nullopt};
    if (take('+')) return Counts{1, std::nullopt};
    if (!take('{')) return Counts{};
    const auto close = text_.find('}');
    if (close == text_.npos) return invalid_pattern("a { of a regular expression is not closed");
    const std::string_view inside = text_.substr(0, close);
    text_.remove_prefix(close + 1);
    const auto comma = inside.find(',');
    Counts counts{0, std::nullopt};
    const auto min = number(inside.substr(0, comma));
    if (min) counts.min = *min;
    if (comma == inside.npos) {
      counts.max = min;
    } else {
      std::string_view upper = inside.substr(comma + 1);
      while (upper.starts_with(' ')) upper.remove_prefix(1);
      counts.max = number(upper);
      if (!counts.max && !upper.empty()) return invalid_pattern("{m,n} takes numbers");
    }
    if ((!min && comma != 0) || (counts.max && *counts.max < counts.min))
      return invalid_pattern("{m,n} takes numbers, the smaller first");
    if (std::max(counts.min, counts.max.value_or(0)) > limits::filter_regex_states)
      return invalid_pattern("the regular expression is too long");
    return counts;
  }

  static std::optional<std::size_t> number(std::string_view digits) {
    std::size_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [ptr, error] = std::from_chars(digits.data(), end, value);
    if (error != std::errc() || ptr != end) return std::nullopt;
    return value;
  }

  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  std::string_view text_;
};

Result<FilterRegex> FilterRegex::parse(std::string_view text) {
  return RegexParser(text).parse();
}

bool FilterRegex::found_in(std::string_view text) const {
  return std::ranges::any_of(alternatives_, [&](const Alternative& each) { return found(each, text); });
}

bool FilterRegex::found(const Alternative& alternative, std::string_view text) {
  const auto& states = alternative.states;
  // Places stand for "these states are next"; states.size() is a match. A place is held once, by its round.
  std::vector<std::uint32_t> places, next;
  std::vector<std::size_t> round(states.size() + 1, 0);
  bool matched = false;
  const auto add = [&](std::vector<std::uint32_t>& to, std::size_t place, std::size_t now) {
    for (; round[place] != now; ++place) {
      round[place] = now;
      if (place == states.size()) {
        matched = true;
        return;
      }
      to.push_back(std::uint32_t(place));
      if (!states[place].optional) return;
    }
  };
  for (std::size_t i = 0;; ++i) {
    // Places reached by the byte before, and a match that starts here.
    if (!alternative.at_start || i == 0) add(places, 0, i + 1);
    if (matched && (!alternative.at_end || i == text.size())) return true;
    if (i == text.size() || (alternative.at_start && places.empty())) return false;
    matched = false;
    for (const std::uint32_t place : places) {
      if (!states[place].bytes.test(std::uint8_t(text[i]))) continue;
      if (states[place].repeats) add(next, place, i + 2);
      add(next, place + 1, i + 2);
    }
    places.swap(next);
    next.clear();
  }
}

}  // namespace slipway::services::logs
