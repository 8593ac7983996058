// Thompson's construction: the pattern becomes a graph of steps, and a match walks it with the set of all places
// where it can stand, so no pattern makes it go back and try again. The graph is built from its end: what
// comes after a piece is known when the piece is built, and a piece that repeats is parsed once and built
// as often as its count says.
#include "services/ssm/allowed_pattern.hpp"

#include <charconv>
#include <optional>
#include <string>

#include "base/limits.hpp"

namespace slipway::services::ssm {
namespace {

using Bytes = std::bitset<256>;

std::unexpected<Error> invalid(const std::string& why) {
  return fail("InvalidAllowedPatternException",
              "The request does not meet the regular expression requirement: " + why + ".");
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

struct Node {
  enum class Kind : std::uint8_t { byte, at_start, at_end, row, choice, repeat };
  Kind kind = Kind::row;
  Bytes bytes;
  std::vector<Node> children;  // of a row, a choice; one of a repeat
  std::size_t min = 1;
  std::optional<std::size_t> max = 1;  // nothing: any number
};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Node> parse() {
    auto node = take_choice(0);
    if (node && !text_.empty()) return invalid("a ) without its (");
    return node;
  }

 private:
  Result<Node> take_choice(std::size_t depth) {
    if (depth > limits::ssm_pattern_depth) return invalid("parentheses are nested too deep");
    Node choice{.kind = Node::Kind::choice, .bytes = {}, .children = {}};
    do {
      auto row = take_row(depth);
      if (!row) return row;
      choice.children.push_back(std::move(*row));
    } while (take('|'));
    return choice;
  }

  Result<Node> take_row(std::size_t depth) {
    Node row;
    while (!text_.empty() && text_.front() != '|' && text_.front() != ')') {
      auto atom = take_atom(depth);
      if (!atom) return atom;
      auto counted = take_counts(std::move(*atom));
      if (!counted) return counted;
      row.children.push_back(std::move(*counted));
    }
    return row;
  }

  Result<Node> take_atom(std::size_t depth) {
    const char c = text_.front();
    text_.remove_prefix(1);
    if (c == '^') return Node{.kind = Node::Kind::at_start, .bytes = {}, .children = {}};
    if (c == '$') return Node{.kind = Node::Kind::at_end, .bytes = {}, .children = {}};
    if (c == '(') return take_group(depth);
    if (c == '*' || c == '+' || c == '?' || c == '{') return invalid("a count that follows nothing");
    Result<Bytes> bytes = c == '['    ? take_class()
                          : c == '\\' ? take_escape()
                          : c == '.'  ? Result<Bytes>(~only('\n'))
                                      : Result<Bytes>(only(c));
    if (!bytes) return pass(bytes);
    return Node{.kind = Node::Kind::byte, .bytes = *bytes, .children = {}};
  }

  Result<Node> take_group(std::size_t depth) {
    if (take('?') && !take(':')) return invalid("groups that begin with (? are not supported, but (?:");
    auto inside = take_choice(depth + 1);
    if (inside && !take(')')) return invalid("a ( without its )");
    return inside;
  }

  Result<Bytes> take_escape() {
    if (text_.empty()) return invalid("it ends in \\");
    const char c = text_.front();
    text_.remove_prefix(1);
    const Bytes digit = range('0', '9'), space = only(' ') | range('\t', '\r');
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
      case 't':
        return only('\t');
      case 'n':
        return only('\n');
      case 'r':
        return only('\r');
      default:
        break;
    }
    if (word.test(std::uint8_t(c)) && c != '_') return invalid("\\" + std::string(1, c) + " is not supported");
    return only(c);
  }

  Result<Bytes> take_class() {
    const bool negated = take('^');
    Bytes bytes;
    bool first = true;
    for (; !text_.empty() && (first || text_.front() != ']'); first = false) {
      const char from = text_.front();
      text_.remove_prefix(1);
      if (from == '\\') {
        auto escaped = take_escape();
        if (!escaped) return escaped;
        bytes |= *escaped;
        continue;
      }
      char to = from;
      if (text_.size() >= 2 && text_[0] == '-' && text_[1] != ']') {
        to = text_[1];
        text_.remove_prefix(2);
        if (to == '\\') return invalid("a range cannot end in an escape");
      }
      if (std::uint8_t(to) < std::uint8_t(from)) return invalid("a range runs backwards");
      bytes |= range(from, to);
    }
    if (!take(']')) return invalid("a [ without its ]");
    return negated ? ~bytes : bytes;
  }

  Result<Node> take_counts(Node atom) {
    Node repeat{.kind = Node::Kind::repeat, .bytes = {}, .children = {}};
    if (take('?'))
      repeat.min = 0;
    else if (take('*'))
      repeat.min = 0, repeat.max.reset();
    else if (take('+'))
      repeat.max.reset();
    else if (take('{')) {
      if (auto read = read_counts(repeat); !read) return pass(read);
    } else
      return atom;
    if (take('+')) return invalid("possessive counts are not supported");
    take('?');  // a reluctant one finds the same values
    if (!text_.empty() && std::string_view("?*+{").contains(text_.front()))
      return invalid("a count that follows a count");
    repeat.children.push_back(std::move(atom));
    return repeat;
  }

  Result<> read_counts(Node& repeat) {
    const auto close = text_.find('}');
    if (close == text_.npos) return invalid("a { without its }");
    const std::string_view inside = text_.substr(0, close);
    text_.remove_prefix(close + 1);
    const auto comma = inside.find(',');
    const auto min = number(inside.substr(0, comma));
    if (!min) return invalid("{m,n} takes numbers");
    repeat.min = *min;
    repeat.max = min;
    if (comma != inside.npos) {
      const std::string_view upper = inside.substr(comma + 1);
      repeat.max = number(upper);
      if (!repeat.max && !upper.empty()) return invalid("{m,n} takes numbers");
    }
    if (repeat.max && *repeat.max < repeat.min) return invalid("{m,n} takes the smaller number first");
    if (repeat.max.value_or(repeat.min) > limits::ssm_pattern_states) return invalid("it is too long");
    return {};
  }

  static std::optional<std::size_t> number(std::string_view digits) {
    std::size_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [ptr, error] = std::from_chars(digits.data(), end, value);
    if (digits.empty() || error != std::errc() || ptr != end) return std::nullopt;
    return value;
  }

  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  std::string_view text_;
};

}  // namespace

class PatternCompiler {
 public:
  using Op = AllowedPattern::Op;

  Result<AllowedPattern> compile(const Node& node) {
    const std::uint32_t end = add({.op = Op::match, .next = 0, .other = 0, .bytes = {}});
    pattern_.start_ = build(node, end);
    if (too_long_) return invalid("it is too long");
    return std::move(pattern_);
  }

 private:
  std::uint32_t add(AllowedPattern::Step step) {
    too_long_ = too_long_ || pattern_.steps_.size() >= limits::ssm_pattern_states;
    if (!too_long_) pattern_.steps_.push_back(step);
    return std::uint32_t(pattern_.steps_.size() - 1);
  }

  // The first step of `node`, after which the match goes on at `next`.
  std::uint32_t build(const Node& node, std::uint32_t next) {
    // Pieces that match nothing add no step, however often they are built.
    too_long_ = too_long_ || ++built_ > 16 * limits::ssm_pattern_states;
    if (too_long_) return next;
    switch (node.kind) {
      case Node::Kind::byte:
        return add({.op = Op::byte, .next = next, .other = 0, .bytes = node.bytes});
      case Node::Kind::at_start:
        return add({.op = Op::at_start, .next = next, .other = 0, .bytes = {}});
      case Node::Kind::at_end:
        return add({.op = Op::at_end, .next = next, .other = 0, .bytes = {}});
      case Node::Kind::row:
        for (auto child = node.children.rbegin(); child != node.children.rend(); ++child)
          next = build(*child, next);
        return next;
      case Node::Kind::choice: {
        std::uint32_t first = build(node.children.back(), next);
        for (std::size_t i = node.children.size() - 1; i-- > 0;) {
          const std::uint32_t way = build(node.children[i], next);
          first = add({.op = Op::split, .next = way, .other = first, .bytes = {}});
        }
        return first;
      }
      case Node::Kind::repeat:
        return build_repeat(node, next);
    }
    return next;
  }

  std::uint32_t build_repeat(const Node& node, std::uint32_t next) {
    const Node& child = node.children.front();
    std::uint32_t first = next;
    if (!node.max) {
      first = add({.op = Op::split, .next = 0, .other = next, .bytes = {}});
      const std::uint32_t body = build(child, first);
      pattern_.steps_[first].next = body;
    } else {
      for (std::size_t i = node.min; i < *node.max && !too_long_; ++i)
        first = add({.op = Op::split, .next = build(child, first), .other = next, .bytes = {}});
    }
    for (std::size_t i = 0; i < node.min && !too_long_; ++i) first = build(child, first);
    return first;
  }

  AllowedPattern pattern_;
  std::size_t built_ = 0;
  bool too_long_ = false;
};

Result<AllowedPattern> AllowedPattern::parse(std::string_view text) {
  auto node = Parser(text).parse();
  if (!node) return pass(node);
  return PatternCompiler().compile(*node);
}

bool AllowedPattern::found_in(std::string_view value) const {
  std::vector<std::uint32_t> places, next, waiting;
  std::vector<std::size_t> round(steps_.size(), 0);  // a place is held once, by the round that added it
  bool matched = false;
  for (std::size_t i = 0;; ++i) {
    const auto add = [&](std::uint32_t place) {
      waiting.push_back(place);
      while (!waiting.empty()) {
        const std::uint32_t at = waiting.back();
        waiting.pop_back();
        if (round[at] == i + 1) continue;
        round[at] = i + 1;
        const Step& step = steps_[at];
        if (step.op == Op::match) matched = true;
        if (step.op == Op::byte) places.push_back(at);
        if (step.op == Op::split) waiting.insert(waiting.end(), {step.other, step.next});
        if ((step.op == Op::at_start && i == 0) || (step.op == Op::at_end && i == value.size()))
          waiting.push_back(step.next);
      }
    };
    places.clear();
    for (const std::uint32_t place : next) add(place);
    add(start_);
    if (matched) return true;
    if (i == value.size()) return false;
    next.clear();
    for (const std::uint32_t place : places)
      if (steps_[place].bytes.test(std::uint8_t(value[i]))) next.push_back(steps_[place].next);
  }
}

}  // namespace slipway::services::ssm
